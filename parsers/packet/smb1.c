/* SMB 1 (MS-CIFS, MS-SMB): logons by NTLM, and pipes through Transact, Write and Read. */
#include "parsers/packet/octets.h"
#include "parsers/packet/smb.h"

enum { HEAD = 32, WORDS = 33 };
enum { TRANSACTION = 0x25, READ_ANDX = 0x2E, WRITE_ANDX = 0x2F, SESSION_SETUP = 0x73 };
enum { TRANSACT_PIPE = 0x26 };

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

static void take_request(tc_dialogue *d, tc_slice m)
{
    switch (m.ptr[4]) {
    case SESSION_SETUP:
        tc_smb_logs_on(d, request_of(m), tc_le16(m.ptr + 28), tc_octets_from(m, WORDS));
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
