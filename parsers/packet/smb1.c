/* SMB 1 (MS-CIFS, MS-SMB): logons, by NTLM's messages or by its answers alone, and pipes through
 * Transact, Write and Read. */
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"
#include "parsers/packet/smb.h"

enum { HEAD = 32, WORDS = 33 };
enum { TRANSACTION = 0x25, READ_ANDX = 0x2E, WRITE_ANDX = 0x2F, SESSION_SETUP = 0x73 };
enum { TRANSACT_PIPE = 0x26, UNICODE = 0x8000 };
enum { LM_WORDS = 10, NTLM_WORDS = 13 }; /* of a logon; with NTLM's messages there are 12 */

/* A number among the words of a message; 0 if it has not so many. */
static uint16_t word(tc_slice m, unsigned number)
{
    size_t at = WORDS + (size_t)2 * number;
    return number < m.ptr[HEAD] && m.len >= at + 2 ? tc_le16(m.ptr + at) : 0;
}

static tc_slice data_at(tc_slice m, unsigned offset, unsigned length)
{
    return tc_slice_sub(m, word(m, offset), word(m, length));
}

/* Requests are told apart by who asks and a number. */
static uint64_t request_of(tc_slice m)
{
    return (uint64_t)tc_le16(m.ptr + 26) << 16 | tc_le16(m.ptr + 30);
}

static tc_smb_file file_of(tc_slice m, uint16_t number)
{
    tc_smb_file file = {{'s', 'm', 'b', '1'}};
    memcpy(file.id + 4, m.ptr + 24, 2); /* the tree */
    file.id[6] = (uint8_t)number;
    file.id[7] = (uint8_t)(number >> 8);
    return file;
}

static void take_written(tc_dialogue *d, tc_slice m, uint16_t number, tc_slice data, bool reads)
{
    tc_smb *s = d->state;
    char actor[TC_WIRE_NAME + 1];
    tc_smb_file file = file_of(m, number);
    tc_slice who = tc_slice_of(tc_smb_actor(d, tc_le16(m.ptr + 28), actor));
    tc_smb_pipes_take(d, &s->pipes, &file, false, data, who);
    if (reads && tc_smb_pipes_has(&s->pipes, &file)) tc_smb_reads(s, request_of(m), &file);
}

/* The text at *at, in the message's characters, and behind its end; they are wide at even places
 * only. */
static void read_text(tc_slice m, size_t *at, char *out, size_t size)
{
    bool wide = (tc_le16(m.ptr + 10) & UNICODE) != 0;
    size_t step = wide ? 2 : 1, from = *at + (wide ? *at % 2 : 0), end = from;
    while (end + step <= m.len && (m.ptr[end] != 0 || (wide && m.ptr[end + 1] != 0)))
        end += step;
    tc_slice text = tc_slice_sub(m, from, end - TC_MIN(from, end));
    *at = end + step;
    if (wide)
        tc_utf16le_text(text, out, size);
    else
        tc_copy_text(out, size, text);
}

/* Without NTLM's messages: what answers the server's challenge, then who (MS-CIFS 2.2.4.53.1). */
static void take_old_logon(tc_dialogue *d, tc_slice m)
{
    char user[TC_WIRE_NAME], domain[TC_WIRE_NAME], name[TC_WIRE_NAME + 1];
    uint8_t words = m.ptr[HEAD];
    size_t answers = (size_t)word(m, 7) + (words == NTLM_WORDS ? word(m, 8) : 0);
    size_t at = WORDS + (size_t)2 * words + 2 + answers;
    read_text(m, &at, user, sizeof user);
    read_text(m, &at, domain, sizeof domain);
    if (user[0] == '\0') return; /* nobody: anonymous */
    int n = domain[0] ? snprintf(name, sizeof name, "%s\\%s", domain, user)
                      : snprintf(name, sizeof name, "%s", user);
    if (n > 0) tc_smb_logs_on_as(d, request_of(m), tc_le16(m.ptr + 28), name);
}

static void take_logon(tc_dialogue *d, tc_slice m)
{
    uint8_t words = m.ptr[HEAD];
    if (words == LM_WORDS || words == NTLM_WORDS)
        take_old_logon(d, m);
    else
        tc_smb_logs_on(d, request_of(m), tc_le16(m.ptr + 28), tc_octets_from(m, WORDS));
}

static void take_request(tc_dialogue *d, tc_slice m)
{
    switch (m.ptr[4]) {
    case SESSION_SETUP:
        take_logon(d, m);
        break;
    case TRANSACTION:
        if (word(m, 14) == TRANSACT_PIPE) take_written(d, m, word(m, 15), data_at(m, 12, 11), true);
        break;
    case WRITE_ANDX:
        take_written(d, m, word(m, 2), data_at(m, 11, 10), false);
        break;
    case READ_ANDX:
        take_written(d, m, word(m, 2), TC_EMPTY_SLICE, true);
        break;
    default:
        break;
    }
}

static void take_answer(tc_dialogue *d, tc_slice m)
{
    tc_smb *s = d->state;
    tc_smb_file file;
    tc_slice data = TC_EMPTY_SLICE;
    uint32_t status = tc_le32(m.ptr + 5);
    if (m.ptr[4] == SESSION_SETUP)
        tc_smb_logged_on(d, request_of(m), tc_le16(m.ptr + 28), status, (word(m, 2) & 1) != 0);
    if (m.ptr[4] != TRANSACTION && m.ptr[4] != READ_ANDX) return;
    if (!tc_smb_read_by(s, request_of(m), &file)) return;
    if (status != 0 && status != TC_SMB_MORE_DATA) return;
    if (m.ptr[4] == TRANSACTION) data = data_at(m, 7, 6);
    if (m.ptr[4] == READ_ANDX) data = data_at(m, 6, 5);
    tc_smb_pipes_take(d, &s->pipes, &file, true, data, TC_EMPTY_SLICE);
}

void tc_smb1_take(tc_dialogue *d, bool server, tc_slice message)
{
    if (message.len <= WORDS) return;
    if (server)
        take_answer(d, message);
    else
        take_request(d, message);
}
