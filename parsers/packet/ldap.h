/*
 * ldap: what a client asks for over LDAP (RFC 4511) of which the answer is waited for.
 *
 * Binds that say who binds, passwords that are set by Modify (unicodePwd, userPassword) or by RFC
 * 3062, and StartTLS. `replace`, or `delete` of whatever is there, sets somebody's password;
 * `delete` of the old value and `add` in one request is how its owner changes it
 * (MS-ADTS 3.1.1.3.1.5). That there is a value is all that is looked at of a password.
 */
#ifndef TC_PACKET_LDAP_H
#define TC_PACKET_LDAP_H

#include "parsers/base/time.h"
#include "parsers/packet/der.h"

#define TC_LDAP_NAME 256 /* bytes, with the zero behind them */

enum { TC_LDAP_BIND = 0x60, TC_LDAP_MODIFY = 0x66, TC_LDAP_EXTENDED = 0x77 };

typedef struct tc_ldap_request {
    uint8_t operation; /* its answer has the number behind it */
    bool sasl;
    bool reset;
    bool starts_tls;
    uint32_t bind; /* how many binds were asked for up to it */
    int64_t id;
    tc_time time;
    const char *mechanism;
    char name[TC_LDAP_NAME];  /* who binds, empty if nobody does; whose password */
    char actor[TC_LDAP_NAME]; /* who asks */
} tc_ldap_request;

/* Reads what `actor` asks for; false: it is nothing of these. Sets neither id, time nor bind. */
bool tc_ldap_request_read(const tc_der *operation, const char *actor, tc_ldap_request *ret);

#endif
