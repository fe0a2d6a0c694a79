/* SPDX-License-Identifier: MIT */
/*
 * Real peers on real sockets, each in a process of its own: the Server Service on a Unix
 * socket, and the stub SMB server of lib/smbpeer.h on a loopback port.
 */
#ifndef TESTS_CLIENT_NET_PEERS_H
#define TESTS_CLIENT_NET_PEERS_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

struct net_peer {
	pid_t pid;
	char name[64]; /* "127.0.0.1:port", or the socket's path */
	atomic_uint *accepted;
};

/*
 * Answers NetrSessionEnum with \\alpha alice and \\beta bob, NetrSessionDel with 0 for one
 * of them and 2312 for anybody else.
 */
void net_peer_local(struct net_peer *p);

/* Signs in anybody who has smbpeer's credentials; answers are smbpeer's pattern. */
void net_peer_smb(struct net_peer *p);

void net_peer_stop(struct net_peer *p);

/* The status that four bytes of the pattern are: what NetrSessionDel returns. */
#define NET_PEER_STATUS 0x150e0700u

#endif
