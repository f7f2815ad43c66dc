/*
 * control_address: where the control socket of a folder is. For control*.c.
 *
 * A name may be longer than an address of a socket has room for: it is then reached by way of the
 * folder's descriptor.
 */
#ifndef TC_LIVE_CONTROL_ADDRESS_H
#define TC_LIVE_CONTROL_ADDRESS_H

#include "parsers/base/status.h"

#include <sys/socket.h>
#include <sys/un.h>

/* *ret_folder stays open for as long as the address is used; -1: it is not needed. */
TC_STATUS tc_control_address(const char *folder, struct sockaddr_un *ret, int *ret_folder,
                             tc_error *reterr);

#endif
