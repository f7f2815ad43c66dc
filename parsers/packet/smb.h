/*
 * smb: what the dialects of SMB share: the state of a connection, who logs on, what is under way.
 *
 * smb.c cuts the connection into messages, smb1.c and smb2.c read them. A session is remembered by
 * its number and both machines (wire.h), so that it is known on each of its connections and after a
 * capture began in its middle as long as its beginning was seen once.
 */
#ifndef TC_PACKET_SMB_H
#define TC_PACKET_SMB_H

#include "parsers/packet/smb_pipes.h"

#define TC_SMB_REQUESTS 32
#define TC_SMB_LOGONS 4

#define TC_SMB_PENDING UINT32_C(0x103)            /* an answer is still to come */
#define TC_SMB_GOES_ON UINT32_C(0xC0000016)       /* a logon needs another message */
#define TC_SMB_MORE_DATA UINT32_C(0x80000005)     /* what was read is not all */
#define TC_SMB_PIPE_TRANSCEIVE UINT32_C(0x11C017) /* writes to a pipe, and reads */

/* A request that reads from a pipe; its answer does not say from which. */
typedef struct tc_smb_request {
    uint64_t id;
    tc_smb_file file;
    bool waits;
} tc_smb_request;

typedef struct tc_smb_logon {
    uint64_t id;
    bool waits;
    bool kerberos; /* the name is of who asked for a ticket last */
    char user[TC_WIRE_NAME + 1];
    char workstation[TC_WIRE_NAME + 1];
} tc_smb_logon;

typedef struct tc_smb {
    uint64_t skip[2];    /* bytes of a message that is not read */
    uint32_t waiting[2]; /* length of a message that is not whole */
    bool astray[2];      /* it is not known where the next message begins */
    bool sealed;         /* told: it goes on encrypted */
    bool compressed;     /* told: some of it is compressed */
    tc_smb_request requests[TC_SMB_REQUESTS];
    size_t next_request;
    tc_smb_logon logons[TC_SMB_LOGONS];
    size_t next_logon;
    tc_smb_pipes pipes;
} tc_smb;

/* One message of SMB 2 or 3, with all that it is compounded of; of SMB 1. */
void tc_smb2_take(tc_dialogue *d, bool server, tc_slice message);
void tc_smb1_take(tc_dialogue *d, bool server, tc_slice message);

/* A request will read from a pipe; whether a request did, and which: then it is forgotten. */
void tc_smb_reads(tc_smb *smb, uint64_t id, const tc_smb_file *file);
bool tc_smb_read_by(tc_smb *smb, uint64_t id, tc_smb_file *ret);

/* What a request to log on says of who, which is believed where no server is heard: a token, or
 * DOMAIN\user by itself; the answer. */
void tc_smb_logs_on(tc_dialogue *d, uint64_t id, uint64_t session, tc_slice token);
void tc_smb_logs_on_as(tc_dialogue *d, uint64_t id, uint64_t session, const char *user);
void tc_smb_logged_on(tc_dialogue *d, uint64_t id, uint64_t session, uint32_t status, bool guest);
/* Whose session it is: "" if that was not seen. */
const char *tc_smb_actor(const tc_dialogue *d, uint64_t session, char out[TC_WIRE_NAME + 1]);

#endif
