/*
 * command.h - what `pennygate NAME ...` runs: one function a command.
 *
 * Each gets its own arguments, argv[0] being the command's name (for -n the
 * program's arguments whole: "pennygate", "-n", "-c", FILE), parses them itself
 * with getopt (optind is 1 when called), writes results to standard output and
 * messages to standard error, and returns the exit status: 0 done, 1 failed,
 * 2 used wrongly (with a line that says how).
 */
#ifndef COMMAND_H
#define COMMAND_H

int command_serve(int argc, char **argv); /* serve -c FILE */
int command_init(int argc, char **argv); /* init DIR ... */
int command_keygen(int argc, char **argv); /* keygen -c FILE */
int command_token(int argc, char **argv); /* token mint|verify ... */
int command_orders(int argc, char **argv); /* orders [list|show ID] [--json] */
int command_export(int argc, char **argv); /* export events [-o FILE] */
int command_forget(int argc, char **argv); /* forget ORDER */
int command_test(int argc, char **argv); /* -n -c FILE */

/* The two processes `serve` starts, by exec of itself; never by hand. */
int command_role(int argc, char **argv); /* role front|till ... */

#endif
