#include "parsers/base/hash.h"

#include <errno.h>
#include <sys/random.h>

/* SipHash-2-4 after Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2. */
typedef struct sip {
    uint64_t v0, v1, v2, v3;
} sip;

static inline uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

static inline uint64_t load_little(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

uint64_t tc_siphash(tc_hash_key key, tc_slice s)
{
    sip state = {
        key.k0 ^ UINT64_C(0x736F6D6570736575),
        key.k1 ^ UINT64_C(0x646F72616E646F6D),
        key.k0 ^ UINT64_C(0x6C7967656E657261),
        key.k1 ^ UINT64_C(0x7465646279746573),
    };
    size_t whole = s.len & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) {
        sip_word(&state, load_little(s.ptr + i));
    }
    uint64_t last = (uint64_t)s.len << 56;
    for (size_t i = whole; i < s.len; i++) {
        last |= (uint64_t)s.ptr[i] << (8 * (i - whole));
    }
    sip_word(&state, last);
    state.v2 ^= 0xFF;
    for (int i = 0; i < 4; i++) {
        sip_round(&state);
    }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

tc_hash_key tc_hash_random_key(void)
{
    tc_hash_key key;
    ssize_t got;
    do {
        got = getrandom(&key, sizeof(key), 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(key)) {
        /* A kernel or sandbox without getrandom: what differs from run to run is the best left. */
        struct timespec now = {0};
        clock_gettime(CLOCK_MONOTONIC, &now);
        key.k0 = (uint64_t)now.tv_sec << 32 ^ (uint64_t)now.tv_nsec;
        key.k1 = (uint64_t)(uintptr_t)&key;
    }
    return key;
}

/* ASCII "tocsin 1", "content " as little-endian words: changing them changes every id ever shown.
 */
static const tc_hash_key content_key = {UINT64_C(0x31206E6973636F74), UINT64_C(0x20746E65746E6F63)};

uint64_t tc_content_hash(tc_slice s)
{
    return tc_siphash(content_key, s);
}

uint64_t tc_content_hash_add(uint64_t seed, tc_slice s)
{
    /* Each part is finished with its own length under a key that holds all parts before it. */
    tc_hash_key key = {content_key.k0 ^ seed, content_key.k1};
    return tc_siphash(key, s);
}
