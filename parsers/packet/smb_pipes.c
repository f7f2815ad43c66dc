#include "parsers/packet/smb_pipes.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"
#include "parsers/packet/rpc.h"

#define INCOMPLETE_MAX ((size_t)64 << 10)

struct tc_smb_pipe {
    tc_smb_file file;
    tc_rpc rpc;
    tc_str incomplete[2]; /* of the client; of the server */
    char actor[TC_WIRE_NAME + 1];
};

static size_t place_of(const tc_smb_pipes *p, const tc_smb_file *file)
{
    size_t i = 0;
    while (i < TC_SMB_PIPES &&
           (!p->pipes[i] || memcmp(p->pipes[i]->file.id, file->id, sizeof file->id) != 0))
        i++;
    return i;
}

bool tc_smb_pipes_has(const tc_smb_pipes *p, const tc_smb_file *file)
{
    return place_of(p, file) < TC_SMB_PIPES;
}

void tc_smb_pipes_rename(tc_smb_pipes *p, const tc_smb_file *from, const tc_smb_file *to)
{
    size_t place = place_of(p, from);
    if (place < TC_SMB_PIPES) p->pipes[place]->file = *to;
}

/* -- a pipe's life -------------------------------------------------------------------------- */

static void forget_incomplete(tc_dialogue *d, tc_str *bytes)
{
    d->extra -= bytes->capacity;
    if (bytes->data) memset(bytes->data, 0, bytes->len);
    tc_str_done(bytes);
    tc_str_init(bytes, INCOMPLETE_MAX);
}

static void free_place(tc_dialogue *d, tc_smb_pipes *p, size_t place)
{
    tc_smb_pipe *pipe = p->pipes[place];
    if (!pipe) return;
    tc_rpc_done(d, &pipe->rpc, tc_slice_of(pipe->actor));
    forget_incomplete(d, &pipe->incomplete[0]);
    forget_incomplete(d, &pipe->incomplete[1]);
    d->extra -= sizeof *pipe;
    tc_free(pipe);
    p->pipes[place] = NULL;
}

static tc_smb_pipe *open_pipe(tc_dialogue *d, tc_smb_pipes *p, const tc_smb_file *file)
{
    size_t place = p->next;
    tc_smb_pipe *pipe = tc_alloc(1, sizeof *pipe);
    if (!pipe) return NULL;
    free_place(d, p, place);
    p->next = (p->next + 1) % TC_SMB_PIPES;
    pipe->file = *file;
    tc_rpc_init(&pipe->rpc);
    tc_str_init(&pipe->incomplete[0], INCOMPLETE_MAX);
    tc_str_init(&pipe->incomplete[1], INCOMPLETE_MAX);
    d->extra += sizeof *pipe;
    p->pipes[place] = pipe;
    return pipe;
}

void tc_smb_pipes_close(tc_dialogue *d, tc_smb_pipes *p, const tc_smb_file *file)
{
    size_t place = place_of(p, file);
    if (place < TC_SMB_PIPES) free_place(d, p, place);
}

void tc_smb_pipes_done(tc_dialogue *d, tc_smb_pipes *p)
{
    for (size_t i = 0; i < TC_SMB_PIPES; i++)
        free_place(d, p, (p->next + i) % TC_SMB_PIPES);
}

void tc_smb_pipes_lost(tc_dialogue *d, tc_smb_pipes *p, bool server)
{
    for (size_t i = 0; i < TC_SMB_PIPES; i++) {
        if (!p->pipes[i]) continue;
        forget_incomplete(d, &p->pipes[i]->incomplete[server]);
        tc_rpc_lost(d, &p->pipes[i]->rpc, server);
    }
}

/* -- bytes ---------------------------------------------------------------------------------- */

/* How much of the bytes are whole PDUs; what is none is passed over with all that follows. */
static size_t take_whole(tc_dialogue *d, tc_smb_pipe *pipe, bool server, tc_slice bytes)
{
    size_t at = 0, taken = 1;
    while (at < bytes.len && taken > 0) {
        taken =
            tc_rpc_take(d, &pipe->rpc, server, tc_octets_from(bytes, at), tc_slice_of(pipe->actor));
        if (taken == TC_NPOS) return bytes.len;
        at += taken;
    }
    return at;
}

static void take_bytes(tc_dialogue *d, tc_smb_pipe *pipe, bool server, tc_slice bytes)
{
    tc_str *incomplete = &pipe->incomplete[server];
    size_t before = incomplete->capacity;
    if (incomplete->len > 0) {
        tc_str_add(incomplete, bytes);
        bytes = tc_str_view(incomplete);
    }
    size_t used = take_whole(d, pipe, server, bytes);
    if (used == bytes.len || tc_failed(tc_str_status(incomplete))) {
        d->extra += incomplete->capacity - before;
        forget_incomplete(d, incomplete);
        return;
    }
    tc_slice rest = tc_octets_from(bytes, used);
    if (incomplete->len == 0) {
        tc_str_add(incomplete, rest);
    } else {
        memmove(incomplete->data, rest.ptr, rest.len);
        incomplete->len = rest.len;
    }
    d->extra += incomplete->capacity - before;
}

void tc_smb_pipes_take(tc_dialogue *d, tc_smb_pipes *p, const tc_smb_file *file, bool server,
                       tc_slice bytes, tc_slice actor)
{
    size_t place = place_of(p, file);
    tc_smb_pipe *pipe = place < TC_SMB_PIPES ? p->pipes[place] : NULL;
    if (!pipe && (server || !tc_rpc_is_pdu(bytes))) return;
    if (!pipe) pipe = open_pipe(d, p, file);
    if (!pipe || bytes.len == 0) return;
    if (actor.len > 0) tc_copy_text(pipe->actor, sizeof pipe->actor, actor);
    take_bytes(d, pipe, server, bytes);
}
