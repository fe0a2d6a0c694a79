/* SPDX-License-Identifier: MIT */
/* The steps that lead to a bound pipe; for pipe.c. */
#ifndef CLIENT_PIPE_OPEN_H
#define CLIENT_PIPE_OPEN_H

#include "client/conn_send.h"

/*
 * Sends the steps that the call's pipe still lacks, as one compound where that may be.
 * *sent is false if it lacks none.
 */
NS_MUST_USE enum ns_err pipe_send_open(bool *sent, struct conn *c);

/* The body of an IOCTL that writes `input` to the pipe and waits for the answer. */
void pipe_put_transceive(struct conn *c, struct wire_writer *w, struct view input);

/* The most that one READ or IOCTL asks for. */
uint32_t pipe_read_size(uint32_t server_max);

#endif
