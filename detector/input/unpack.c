#include "detector/input/unpack.h"

#include "detector/input/cap.h"
#include "parsers/base/alloc.h"

enum { PACKED_SIZE = 256 * 1024 }; /* packed bytes read at once */

/* Says what is broken, to be told when everything before it has been delivered. */
#define DAMAGE(unpack, ...) damage((unpack), tc_fail(&(unpack)->failure, TC_EIO, __VA_ARGS__))

static tc_bytes_result damage(tc_unpack *u, tc_status failed)
{
    u->damaged = tc_failed(failed);
    return TC_BYTES_FAILED;
}

/* The layer below has nothing (more), and the decoder holds nothing back: so have we. */
static tc_bytes_result pass_on(tc_unpack *u, tc_bytes_result said)
{
    if (said == TC_BYTES_FAILED) u->failure = u->under;
    return said;
}

/* Reads behind what is left. */
static tc_bytes_result refill(tc_unpack *u)
{
    size_t kept = u->left.len;
    size_t got = 0;
    if (kept > 0) memmove(u->packed, u->left.ptr, kept);
    tc_bytes_result said =
        tc_bytes_read(u->below, u->packed + kept, PACKED_SIZE - kept, &got, &u->under);
    u->taken += got;
    u->left = tc_slice_make(u->packed, kept + got);
    return said;
}

static void use(tc_unpack *u, size_t n)
{
    u->left = tc_slice_sub(u->left, n, SIZE_MAX);
    u->used = u->taken - u->left.len;
}

static void skip_zeros(tc_unpack *u)
{
    size_t n = 0;
    while (n < u->left.len && u->left.ptr[n] == 0)
        n++;
    u->zeros += n;
    use(u, n);
}

/* Behind the padding: the next member or rubbish. */
static tc_bytes_result enter_member(tc_unpack *u)
{
    if (!tc_packing_begins(u->packing, u->left)) {
        return DAMAGE(u,
                      "damaged %s: other data follow the compressed data at byte %" PRIu64
                      "; what stands before them was read",
                      u->name, u->used);
    }
    u->packing->begin(u->decoder);
    u->between = false;
    u->zeros = 0;
    return TC_BYTES_MORE;
}

static bool is_padding(const tc_unpack *u)
{
    if (u->zeros == 0) return true;
    return u->packing->padding > 0 && u->zeros % u->packing->padding == 0;
}

static tc_bytes_result leave_member(tc_unpack *u)
{
    tc_bytes_result said = TC_BYTES_MORE;
    skip_zeros(u);
    while (u->left.len < TC_MAGIC_MAX && said == TC_BYTES_MORE) {
        said = refill(u);
        if (u->left.len > 0 && u->left.ptr[0] == 0) skip_zeros(u);
    }
    if (said == TC_BYTES_IDLE || said == TC_BYTES_FAILED) return pass_on(u, said);
    if (!is_padding(u)) {
        return DAMAGE(u,
                      "damaged %s: %" PRIu64
                      " zeros follow the compressed data before byte %" PRIu64
                      "; what stands before them was read",
                      u->name, u->zeros, u->used);
    }
    u->ended = u->left.len == 0;
    return u->ended ? TC_BYTES_END : enter_member(u);
}

static tc_bytes_result judge(tc_unpack *u, tc_unpacked result)
{
    switch (result) {
    case TC_UNPACKED_SOME:
        return TC_BYTES_MORE;
    case TC_UNPACKED_MEMBER:
        u->between = true;
        return TC_BYTES_MORE;
    case TC_UNPACKED_OVER_MEMORY:
        tc_cap_refuse_window(u->name, &u->failure);
        return TC_BYTES_FAILED;
    case TC_UNPACKED_NO_MEMORY:
        (void)tc_fail(&u->failure, TC_ENOMEM, "no memory to decompress");
        return TC_BYTES_FAILED;
    case TC_UNPACKED_DAMAGED:
        break;
    }
    return DAMAGE(u, "damaged %s near byte %" PRIu64 ": %s; what stands before was read", u->name,
                  u->used, u->packing->problem(u->decoder));
}

/* Nothing follows what may end anywhere: what the decoder holds back, then the end. */
static tc_bytes_result end_of_open(tc_unpack *u)
{
    if (!u->finished)
        u->packing->finish(u->decoder);
    else
        u->ended = true;
    u->finished = true;
    return u->ended ? TC_BYTES_END : TC_BYTES_MORE;
}

/* One step of the decoder, which may hold output even when no input is left. */
static tc_bytes_result unpack_some(tc_unpack *u, uint8_t *out, size_t room, size_t *got)
{
    tc_bytes_result said = u->left.len > 0 ? TC_BYTES_MORE : refill(u);
    tc_slice rest = u->left;
    size_t n = 0;
    tc_unpacked result = u->packing->step(u->decoder, &rest, out + *got, room - *got, &n);
    bool moved = n > 0 || rest.len < u->left.len;
    use(u, u->left.len - rest.len);
    *got += n;
    if (result != TC_UNPACKED_SOME || moved) return judge(u, result);
    if (said == TC_BYTES_IDLE || said == TC_BYTES_FAILED) return pass_on(u, said);
    if (said == TC_BYTES_MORE) return judge(u, TC_UNPACKED_DAMAGED);
    if (u->packing->finish) return end_of_open(u);
    return DAMAGE(u,
                  "damaged %s: it ends inside the compressed data, at byte %" PRIu64
                  "; what stands before was read",
                  u->name, u->taken);
}

static tc_bytes_result read_unpack(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    tc_unpack *u = context;
    if (u->failure.code != TC_OK) return tc_bytes_tell(&u->failure, reterr);
    if (u->ended) return TC_BYTES_END;
    tc_bytes_result result = TC_BYTES_MORE;
    size_t got = 0;
    while (got < room && result == TC_BYTES_MORE)
        result = u->between ? leave_member(u) : unpack_some(u, buffer, room, &got);
    *ret_got = got;
    if (got > 0) return TC_BYTES_MORE;
    return result == TC_BYTES_FAILED ? tc_bytes_tell(&u->failure, reterr) : result;
}

static void close_unpack(void *context)
{
    tc_unpack *u = context;
    tc_bytes_close(u->below);
}

static bool make_decoder(tc_unpack *u)
{
    if (!u->packed) u->packed = tc_alloc(PACKED_SIZE, 1);
    if (u->decoder_of != u->packing) {
        if (u->decoder_of) u->decoder_of->destroy(u->decoder);
        u->decoder = u->packing->create();
        u->decoder_of = u->decoder ? u->packing : NULL;
    }
    return u->packed && u->decoder;
}

TC_STATUS tc_unpack_start(tc_unpack *unpack, tc_bytes below, const tc_packing *packing,
                          const tc_packing *inside, tc_bytes *ret)
{
    unpack->packing = packing;
    if (!make_decoder(unpack)) return (tc_status){TC_ENOMEM};
    packing->begin(unpack->decoder);
    unpack->below = below;
    unpack->left = TC_EMPTY_SLICE;
    unpack->taken = unpack->used = unpack->zeros = 0;
    unpack->between = unpack->damaged = unpack->ended = unpack->finished = false;
    unpack->failure = (tc_error){0};
    (void)snprintf(unpack->name, sizeof unpack->name, "%s%s%s", packing->name,
                   inside ? " inside " : "", inside ? inside->name : "");
    *ret = (tc_bytes){unpack, read_unpack, close_unpack};
    return TC_SUCCESS;
}

void tc_unpack_join(tc_unpack *unpack, struct tc_chain *chain)
{
    if (unpack->packing->join) unpack->packing->join(unpack->decoder, chain);
}

void tc_unpack_done(tc_unpack *unpack)
{
    if (unpack->decoder_of) unpack->decoder_of->destroy(unpack->decoder);
    tc_free(unpack->packed);
    *unpack = (tc_unpack){0};
}
