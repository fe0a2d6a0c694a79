/* SPDX-License-Identifier: MIT */
#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/text.h"

/* The signals whose default is to end or to stop us. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP};

#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t signal_came;

static void on_signal(int n)
{
	signal_came = n;
}

/*
 * The signals are blocked except while we wait in ppoll(), so that none slips in between
 * the look at signal_came and the wait.
 */
struct guard {
	sigset_t before;
	struct sigaction actions[SIGNALS];
	struct termios terminal;
};

static bool guard_enter(struct guard *g, int tty)
{
	struct sigaction catch = {.sa_handler = on_signal};
	struct termios silent;
	sigset_t ours;

	if (tcgetattr(tty, &g->terminal) != 0)
		return false;
	sigemptyset(&ours);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&ours, signals[i]);
	signal_came = 0;
	sigprocmask(SIG_BLOCK, &ours, &g->before);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &catch, &g->actions[i]);
	silent = g->terminal;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	silent.c_lflag |= ICANON | ISIG;
	(void)tcsetattr(tty, TCSAFLUSH, &silent);
	return true;
}

static void guard_leave(const struct guard *g, int tty)
{
	(void)tcsetattr(tty, TCSAFLUSH, &g->terminal);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &g->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &g->before, NULL);
}

/* The number of bytes of the line, or -1: an error, or a signal (signal_came). */
static ssize_t read_line(const struct guard *g, int tty, char *out, size_t room)
{
	struct pollfd p = {.fd = tty, .events = POLLIN};
	size_t n = 0;

	while (signal_came == 0) {
		ssize_t got;

		if (ppoll(&p, 1, NULL, &g->before) < 0) {
			if (errno != EINTR)
				return -1;
			continue;
		}
		got = read(tty, out + n, room - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 || n == 0 ? -1 : (ssize_t)n;
		n += (size_t)got;
		if (out[n - 1] == '\n')
			return (ssize_t)n - 1;
		if (n == room) {
			errno = ENAMETOOLONG;
			return -1;
		}
	}
	return -1;
}

static void write_text(int tty, const char *s)
{
	/* A terminal that takes no question will show by itself that nobody answers. */
	if (write(tty, s, strlen(s)) < 0)
		errno = 0;
}

bool prompt_password(char *out, size_t room, const char *question)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	char *safe = text_safe(question);
	struct guard guard;
	ssize_t n = -1;
	int came = 0;

	if (tty < 0 || !isatty(tty)) {
		say("there is no terminal to ask for a password: use -A FILE or "
		    "--password-file FILE");
		goto out;
	}
	do {
		write_text(tty, safe);
		if (!guard_enter(&guard, tty))
			break;
		n = read_line(&guard, tty, out, room);
		came = signal_came;
		write_text(tty, "\n");
		guard_leave(&guard, tty);
		if (came != 0)
			raise(came);
	} while (came != 0);
	if (n < 0)
		say("no password was given");
out:
	out[n > 0 ? n : 0] = '\0';
	free(safe);
	if (tty >= 0)
		close(tty);
	return n >= 0;
}
