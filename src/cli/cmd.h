/* SPDX-License-Identifier: MIT */
/*
 * The commands, one a file.  argv[0] is "netsess COMMAND", for argp's messages.  Each
 * parses its arguments, does its work and returns the exit status.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "cli/common.h"

int cmd_list(struct common *c, int argc, char **argv);
int cmd_passwd(struct common *c, int argc, char **argv);
int cmd_show(struct common *c, int argc, char **argv);
int cmd_end(struct common *c, int argc, char **argv);
int cmd_del(struct common *c, int argc, char **argv);
int cmd_files(struct common *c, int argc, char **argv);
int cmd_shares(struct common *c, int argc, char **argv);
int cmd_connections(struct common *c, int argc, char **argv);
int cmd_server(struct common *c, int argc, char **argv);

#endif
