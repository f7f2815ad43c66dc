/* What the kernel lets through if nobody says otherwise: the ports of the protocols that are read,
 * and whatever may have them inside. */
#include "detector/capture/tap.h"

/* HTTP, mail, directories and Kerberos, in clear and over TLS (parsers/packet). */
#define PORTS                                                                                      \
    "port 80 or port 81 or port 8080 or port 8000 or port 3128 or port 5985 "                      \
    "or port 443 or port 444 or port 8443 or port 2526 "                                           \
    "or port 25 or port 465 or port 587 or port 2525 or port 110 or port 995 or port 143 "         \
    "or port 993 or port 88 or port 464 or port 389 or port 636 or port 3268 or port 3269 "        \
    "or port 445 or port 139 or port 135"
/* Fragments have no ports; tunnels have others inside. */
#define INSIDE                                                                                     \
    " or (ip[6:2] & 0x3fff != 0) or ip6 proto 44 or ip proto 4 or ip proto 41 or proto 47 "        \
    "or udp port 4789 or udp port 8472 or udp port 6081"
/* Tags and labels that the kernel has not taken off. */
#define WRAPPED                                                                                    \
    " or ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x8847 or ether proto 0x8848 "    \
    "or ether proto 0x8864"

void tc_tap_default_filter(char *out, size_t room, bool wrapped)
{
    (void)snprintf(out, room, "%s%s", PORTS INSIDE, wrapped ? WRAPPED : "");
}
