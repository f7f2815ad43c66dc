/*
 * SMB over TCP (ports 445 and, behind NetBIOS, 139): the run of bytes cut into messages. Longer
 * ones than MESSAGE_MAX are data of files, and passed over. What is encrypted or compressed
 * (transform headers) is not read; that a connection goes on so is told, once.
 */
#include "parsers/packet/smb.h"

#include "parsers/packet/deed.h"
#include "parsers/packet/octets.h"

enum { FRAME = 4, SIGN = 4, MESSAGE_MAX = 60 << 10 };

static bool is_sign(const uint8_t *p)
{
    bool known = p[0] == 0xFC || p[0] == 0xFD || p[0] == 0xFE || p[0] == 0xFF;
    return known && memcmp(p + 1, "SMB", 3) == 0;
}

/* A message of a session begins there. */
static bool is_message(tc_slice bytes)
{
    return bytes.len >= FRAME + SIGN && bytes.ptr[0] == 0 && is_sign(bytes.ptr + FRAME);
}

static bool probe(tc_slice client, tc_slice server)
{
    return is_message(client.len > 0 ? client : server);
}

/* -- messages ------------------------------------------------------------------------------- */

/* A message that cannot be read, by its sign: each kind is told once. */
static void tell_sealed(tc_dialogue *d, tc_smb *s, uint8_t sign)
{
    bool *told = sign == 0xFD ? &s->sealed : &s->compressed;
    if (sign != 0xFD && sign != 0xFC) return;
    if (!*told) tc_deed_sealed(d, sign == 0xFD ? "smb3" : "smb3-compressed");
    *told = true;
}

static void take_message(tc_dialogue *d, bool server, tc_slice message)
{
    switch (message.ptr[0]) {
    case 0xFE:
        tc_smb2_take(d, server, message);
        break;
    case 0xFF:
        tc_smb1_take(d, server, message);
        break;
    default:
        break;
    }
}

/* How many bytes stand before the next message. */
static size_t bytes_before_message(tc_slice bytes)
{
    size_t at = 0;
    while (bytes.len - at >= FRAME + SIGN && !is_message(tc_octets_from(bytes, at)))
        at++;
    return at;
}

static size_t skip_some(tc_smb *s, bool server, uint64_t count, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(count, (uint64_t)bytes.len);
    s->skip[server] = count - n;
    return n;
}

static size_t take_framed(tc_dialogue *d, tc_smb *s, bool server, tc_slice bytes)
{
    if (bytes.len < FRAME) return 0;
    uint32_t length = FRAME + tc_be24(bytes.ptr + 1);
    /* NetBIOS: the session is asked for, granted, kept alive. */
    if (bytes.ptr[0] >= 0x81 && bytes.ptr[0] <= 0x85 && length < 1024)
        return skip_some(s, server, length, bytes);
    if (bytes.len < FRAME + SIGN) return 0;
    if (!is_message(bytes)) {
        s->astray[server] = true;
        return 1;
    }
    tell_sealed(d, s, bytes.ptr[FRAME]);
    if (length > MESSAGE_MAX) return skip_some(s, server, length, bytes);
    s->waiting[server] = bytes.len < length ? length : 0;
    if (bytes.len < length) return 0;
    take_message(d, server, tc_slice_sub(bytes, FRAME, length - FRAME));
    return length;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    tc_smb *s = d->state;
    if (s->skip[server] > 0) return skip_some(s, server, s->skip[server], bytes);
    if (s->astray[server]) {
        size_t before = bytes_before_message(bytes);
        s->astray[server] = bytes.len - before < FRAME + SIGN;
        if (before > 0 || s->astray[server]) return before;
    }
    return take_framed(d, s, server, bytes);
}

/* Where a message is lost in whose length is known, the next one begins where it should. */
static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    tc_smb *s = d->state;
    uint64_t rest = s->skip[server] > 0 ? s->skip[server] : s->waiting[server];
    s->waiting[server] = 0;
    s->skip[server] = rest > bytes ? rest - bytes : 0;
    s->astray[server] = bytes > rest;
    tc_smb_pipes_lost(d, &s->pipes, server);
}

static void end(tc_dialogue *d)
{
    tc_smb *s = d->state;
    tc_smb_pipes_done(d, &s->pipes);
}

const tc_wire_protocol tc_wire_smb = {
    .name = "smb",
    .ports = {445, 139},
    .state_size = sizeof(tc_smb),
    .probe = probe,
    .take = take,
    .lost = lost,
    .end = end,
};
