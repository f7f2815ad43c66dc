/*
 * socket_io: whole writes and emptying reads of a stream socket that never blocks.
 */
#ifndef TC_SEND_SOCKET_IO_H
#define TC_SEND_SOCKET_IO_H

#include "detector/send/stream.h"

/* Sends all; false, and words, when it breaks or takes nothing for the timeout. */
bool tc_socket_write(int fd, tc_slice bytes, const tc_receiver *receiver, tc_patience *patience,
                     tc_error *reterr);
/* Reads what there is and throws it away. */
tc_heard tc_socket_listen(int fd);

#endif
