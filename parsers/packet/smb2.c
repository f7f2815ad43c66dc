/* SMB 2 and 3 (MS-SMB2): logons, and what goes through pipes. Signatures are not looked at. */
#include "parsers/packet/octets.h"
#include "parsers/packet/smb.h"

enum { HEAD = 64 };
enum { SESSION_SETUP = 1, CREATE = 5, CLOSE = 6, READ = 8, WRITE = 9, IOCTL = 11 };
enum { ASYNC = 2, RELATED = 4 };
enum { GUEST = 1 };

typedef struct message {
    uint16_t command;
    uint32_t status, flags;
    uint64_t id, session;
    tc_slice whole; /* from the header on: offsets count from there */
    tc_slice body;
} message;

/* What the requests of one chain share. */
typedef struct chain {
    uint64_t session;
    tc_smb_file file;
} chain;

static uint64_t get64(const uint8_t *p)
{
    return (uint64_t)tc_le32(p + 4) << 32 | tc_le32(p);
}

static message read_message(tc_slice bytes)
{
    const uint8_t *p = bytes.ptr;
    return (message){.command = tc_le16(p + 12),
                     .status = tc_le32(p + 8),
                     .flags = tc_le32(p + 16),
                     .id = get64(p + 24),
                     .session = get64(p + 40),
                     .whole = bytes,
                     .body = tc_octets_from(bytes, HEAD)};
}

static tc_smb_file file_at(const message *m, size_t at)
{
    tc_smb_file file;
    memcpy(file.id, m->body.ptr + at, sizeof file.id);
    return file;
}

/* A file that is opened in the same chain has no name yet: it is called by the request. */
static tc_smb_file unnamed_file(uint64_t id)
{
    tc_smb_file file = {{0}};
    memcpy(file.id, "unnamed", 7);
    for (unsigned i = 0; i < 8; i++)
        file.id[8 + i] = (uint8_t)(id >> (8 * i));
    return file;
}

/* The file of a request; "the one before" stands for what the chain has. */
static tc_smb_file request_file(const message *m, size_t at, chain *c)
{
    static const uint8_t before[16] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                       0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    tc_smb_file file = file_at(m, at);
    if (memcmp(file.id, before, sizeof before) != 0) c->file = file;
    return c->file;
}

/* -- requests ------------------------------------------------------------------------------- */

static void take_written(tc_dialogue *d, const message *m, const chain *c, tc_slice data)
{
    tc_smb *s = d->state;
    char actor[TC_WIRE_NAME + 1];
    tc_slice who = tc_slice_of(tc_smb_actor(d, c->session, actor));
    tc_smb_pipes_take(d, &s->pipes, &c->file, false, data, who);
    if (m->command == IOCTL && tc_smb_pipes_has(&s->pipes, &c->file))
        tc_smb_reads(s, m->id, &c->file);
}

static void take_ioctl(tc_dialogue *d, const message *m, chain *c)
{
    const uint8_t *b = m->body.ptr;
    if (m->body.len < 32 || tc_le32(b + 4) != TC_SMB_PIPE_TRANSCEIVE) return;
    (void)request_file(m, 8, c);
    take_written(d, m, c, tc_slice_sub(m->whole, tc_le32(b + 24), tc_le32(b + 28)));
}

static void take_request(tc_dialogue *d, const message *m, chain *c)
{
    tc_smb *s = d->state;
    const uint8_t *b = m->body.ptr;
    if (!(m->flags & RELATED)) c->session = m->session;
    if (m->command == SESSION_SETUP && m->body.len >= 16)
        tc_smb_logs_on(d, m->id, m->session,
                       tc_slice_sub(m->whole, tc_le16(b + 12), tc_le16(b + 14)));
    if (m->command == CREATE) c->file = unnamed_file(m->id);
    if (m->command == CLOSE && m->body.len >= 24) {
        tc_smb_file file = request_file(m, 8, c);
        tc_smb_pipes_close(d, &s->pipes, &file);
    }
    if (m->command == READ && m->body.len >= 32) {
        tc_smb_file file = request_file(m, 16, c);
        if (tc_smb_pipes_has(&s->pipes, &file)) tc_smb_reads(s, m->id, &file);
    }
    if (m->command == WRITE && m->body.len >= 32) {
        (void)request_file(m, 16, c);
        take_written(d, m, c, tc_slice_sub(m->whole, tc_le16(b + 2), tc_le32(b + 4)));
    }
    if (m->command == IOCTL) take_ioctl(d, m, c);
}

/* -- answers -------------------------------------------------------------------------------- */

static void take_read(tc_dialogue *d, const message *m)
{
    tc_smb *s = d->state;
    tc_smb_file file;
    const uint8_t *b = m->body.ptr;
    tc_slice data = TC_EMPTY_SLICE;
    if (!tc_smb_read_by(s, m->id, &file)) return;
    if (m->status != 0 && m->status != TC_SMB_MORE_DATA) return;
    if (m->command == READ && m->body.len >= 16)
        data = tc_slice_sub(m->whole, b[2], tc_le32(b + 4));
    if (m->command == IOCTL && m->body.len >= 40)
        data = tc_slice_sub(m->whole, tc_le32(b + 32), tc_le32(b + 36));
    tc_smb_pipes_take(d, &s->pipes, &file, true, data, TC_EMPTY_SLICE);
}

static void take_answer(tc_dialogue *d, const message *m)
{
    tc_smb *s = d->state;
    if (m->status == TC_SMB_PENDING && (m->flags & ASYNC)) return;
    if (m->command == SESSION_SETUP && m->body.len >= 4)
        tc_smb_logged_on(d, m->id, m->session, m->status, (tc_le16(m->body.ptr + 2) & GUEST) != 0);
    if (m->command == CREATE && m->status == 0 && m->body.len >= 80) {
        tc_smb_file from = unnamed_file(m->id), to = file_at(m, 64);
        tc_smb_pipes_rename(&s->pipes, &from, &to);
    }
    if (m->command == READ || m->command == IOCTL) take_read(d, m);
}

void tc_smb2_take(tc_dialogue *d, bool server, tc_slice bytes)
{
    chain c = {.session = 0};
    while (bytes.len > HEAD && tc_le32(bytes.ptr) == UINT32_C(0x424D53FE)) {
        uint32_t next = tc_le32(bytes.ptr + 20);
        bool last = next < HEAD || next > bytes.len;
        message m = read_message(tc_slice_sub(bytes, 0, last ? bytes.len : next));
        if (server)
            take_answer(d, &m);
        else
            take_request(d, &m, &c);
        if (last) break;
        bytes = tc_octets_from(bytes, next);
    }
}
