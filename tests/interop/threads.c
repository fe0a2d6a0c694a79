/* SPDX-License-Identifier: MIT */
/* Eight threads with their own calls over the shared cache of connections. */
#include <pthread.h>
#include <stdio.h>

#include <netsess.h>

#define THREADS 8
#define CALLS   20

static const char *server;

static void *work(void *failures)
{
	const struct netsess_request request = {.op = NETSESS_SESSION_ENUM, .level = 1};

	for (int i = 0; i < CALLS; i++) {
		struct netsess_result *result;
		uint32_t code = netsess_call(NULL, server, &request, &result);

		if (code != 0 || netsess_result_rows(result) == 0)
			++*(int *)failures;
		netsess_result_free(result);
	}
	return NULL;
}

int main(int argc, char *argv[])
{
	pthread_t threads[THREADS];
	int failures[THREADS] = {0};
	int sum = 0;

	if (argc != 2)
		return 2;
	server = argv[1];
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, &failures[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += failures[i];
	}
	netsess_disconnect_all();
	if (sum > 0)
		fprintf(stderr, "%d calls failed\n", sum);
	return sum > 0;
}
