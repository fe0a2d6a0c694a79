/* SPDX-License-Identifier: MIT */
#include "client/io_netbios.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/names.h"
#include "client/netbios.h"
#include "security/crypto.h"

/* RFC 1002 6: BCAST_REQ_RETRY_COUNT and BCAST_REQ_RETRY_TIMEOUT. */
#define TRIES_MAX      3
#define BROADCAST_WAIT 250
/* UCAST_REQ_RETRY_TIMEOUT is 5 s there, of 1987; Windows waits 1.5 s. */
#define UNICAST_WAIT 1500

/* Computers with more networks than this to search have DNS. */
#define NETWORKS_MAX 16

struct name_query {
	int fd;
	uint16_t id;
	uint16_t port; /* of the server to be found */
	bool ask_wins; /* else everybody */
	bool refused;  /* the WINS server has said no */
	unsigned tries;
	uint64_t wake;
	struct sockaddr_in wins; /* sin_family 0: none */
	char name[NETBIOS_NAME_MAX + 1];
};

/* An IPv4 address, with a port or without. */
static enum ns_err parse_wins(struct sockaddr_in *out, const char *text)
{
	struct server_name name;
	enum ns_err err = server_name_parse(&name, text);

	if (err != NS_OK)
		return err;
	if (name.local || inet_pton(AF_INET, name.host, &out->sin_addr) != 1)
		return NS_EINVAL;
	out->sin_family = AF_INET;
	out->sin_port = htons(strchr(text, ':') != NULL ? name.port : NETBIOS_NAME_PORT);
	return NS_OK;
}

static void send_to(const struct name_query *q, const struct buf *query,
		    const struct sockaddr_in *to)
{
	/* A packet that was lost here is like one lost on the way: it is sent again. */
	(void)sendto(q->fd, query->p, query->n, MSG_NOSIGNAL | MSG_DONTWAIT,
		     (const struct sockaddr *)to, sizeof(*to));
}

static void send_to_all(const struct name_query *q, const struct buf *query)
{
	struct ifaddrs *list = NULL;
	unsigned sent = 0;

	if (getifaddrs(&list) != 0)
		return;
	for (const struct ifaddrs *i = list; i != NULL && sent < NETWORKS_MAX;
	     i = i->ifa_next) {
		struct sockaddr_in to;

		if ((i->ifa_flags & IFF_BROADCAST) == 0 || (i->ifa_flags & IFF_UP) == 0 ||
		    i->ifa_broadaddr == NULL || i->ifa_broadaddr->sa_family != AF_INET)
			continue;
		memcpy(&to, i->ifa_broadaddr, sizeof(to));
		to.sin_port = htons(NETBIOS_NAME_PORT);
		send_to(q, query, &to);
		sent++;
	}
	freeifaddrs(list);
}

static enum ns_err ask(struct name_query *q, uint64_t now)
{
	struct buf query;
	enum ns_err err;

	buf_init(&query, NETBIOS_PACKET_MAX);
	err = netbios_query_encode(&query, q->id, q->name, !q->ask_wins);
	if (err == NS_OK && q->ask_wins)
		send_to(q, &query, &q->wins);
	else if (err == NS_OK)
		send_to_all(q, &query);
	buf_release(&query);
	q->tries++;
	q->wake = now + (q->ask_wins ? UNICAST_WAIT : BROADCAST_WAIT);
	return err;
}

enum ns_err name_query_new(struct name_query **out, const char *name, uint16_t port,
			   const char *wins, uint64_t now)
{
	struct name_query *q = calloc(1, sizeof(*q));
	enum ns_err err = NS_ENOMEM;
	int on = 1;

	*out = NULL;
	if (q == NULL)
		return err;
	q->fd = -1;
	q->port = port;
	err = netbios_name_valid(name) ? NS_OK : NS_EINVAL;
	if (err == NS_OK && wins != NULL)
		err = parse_wins(&q->wins, wins);
	if (err == NS_OK)
		err = crypto_random(&q->id, sizeof(q->id));
	if (err != NS_OK)
		goto out;
	memcpy(q->name, name, strlen(name) + 1);
	q->ask_wins = wins != NULL;
	q->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (q->fd < 0) {
		err = NS_ESYSTEM;
		goto out;
	}
	(void)setsockopt(q->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	err = ask(q, now);
out:
	if (err == NS_OK)
		*out = q;
	else
		name_query_free(q);
	return err;
}

int name_query_fd(const struct name_query *q)
{
	return q->fd;
}

uint64_t name_query_wake(const struct name_query *q)
{
	return q->wake;
}

static bool from_wins(const struct name_query *q, const struct sockaddr_in *from)
{
	return q->wins.sin_family == AF_INET &&
	       from->sin_addr.s_addr == q->wins.sin_addr.s_addr &&
	       from->sin_port == q->wins.sin_port;
}

/* One packet: NS_AGAIN if there is none; NS_EUNEXPECTED if it does not count. */
static enum ns_err receive(struct name_query *q, struct addresses *out)
{
	uint8_t packet[NETBIOS_PACKET_MAX];
	struct sockaddr_in from = {0};
	socklen_t length = sizeof(from);
	struct netbios_answer answer;
	struct view bytes;
	ssize_t n;

	n = recvfrom(q->fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &length);
	/* An ICMP error comes up here too; whoever sent it, others may still answer. */
	if (n < 0)
		return errno == EAGAIN ? NS_AGAIN : NS_EUNEXPECTED;
	bytes = view_of(packet, (size_t)n);
	if (netbios_answer_decode(&answer, bytes, q->id, q->name) != NS_OK)
		return NS_EUNEXPECTED;
	if (q->ask_wins && !from_wins(q, &from))
		return NS_EUNEXPECTED;
	if (!answer.positive) {
		/* Only who is in charge of names can know that there is none. */
		q->refused = q->refused || from_wins(q, &from);
		return NS_EUNEXPECTED;
	}
	*out = (struct addresses){0};
	for (size_t i = 0; i < answer.n; i++) {
		struct sockaddr_in at = {.sin_family = AF_INET};

		memcpy(&at.sin_addr, answer.address[i], sizeof(answer.address[i]));
		addresses_add(out, (const struct sockaddr *)&at, q->port);
	}
	return NS_OK;
}

/* So many packets a turn, that a flood can't hold up the loop. */
#define PACKETS_A_TURN 32

enum ns_err name_query_poll(struct name_query *q, struct addresses *out, uint64_t now)
{
	enum ns_err err = NS_EUNEXPECTED;

	for (unsigned i = 0; i < PACKETS_A_TURN && err == NS_EUNEXPECTED; i++)
		err = receive(q, out);
	if (err == NS_OK)
		return NS_OK;
	if (now < q->wake && !(q->ask_wins && q->refused))
		return NS_AGAIN;
	if (q->tries < TRIES_MAX && !(q->ask_wins && q->refused)) {
		err = ask(q, now);
	} else if (q->ask_wins) {
		q->ask_wins = false;
		q->tries = 0;
		err = ask(q, now);
	} else {
		return NS_ENONAME;
	}
	return err == NS_OK ? NS_AGAIN : err;
}

void name_query_free(struct name_query *q)
{
	if (q == NULL)
		return;
	socket_close(q->fd);
	free(q);
}
