#include "parsers/base/hash.h"

#include <criterion/criterion.h>

/* The key of the published vectors: bytes 0, 1, .. 15. */
static const tc_hash_key reference_key = {UINT64_C(0x0706050403020100),
                                          UINT64_C(0x0F0E0D0C0B0A0908)};

static void count_up(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)i;
    }
}

Test(hash, siphash_gives_the_published_values)
{
    /* "SipHash: a fast short-input PRF", appendix A (15 bytes), and vectors of the reference
     * implementation: the message is 0, 1, 2, .. */
    const struct {
        size_t len;
        uint64_t want;
    } rows[] = {
        {0, UINT64_C(0x726FDB47DD0E0E31)},  {1, UINT64_C(0x74F839C593DC67FD)},
        {7, UINT64_C(0xAB0200F58B01D137)},  {8, UINT64_C(0x93F5F5799A932462)},
        {15, UINT64_C(0xA129CA6149BE45E5)}, {63, UINT64_C(0x958A324CEB064572)},
    };
    uint8_t message[64];
    count_up(message, sizeof(message));
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_siphash(reference_key, (tc_slice){message, rows[i].len}), rows[i].want,
                     "length %zu", rows[i].len);
    }
}

Test(hash, siphash_agrees_with_all_reference_vectors)
{
    /* The 64 outputs, little-endian and in order, hash to what the published ones hash to. */
    uint8_t message[64];
    uint8_t outputs[64 * 8];
    count_up(message, sizeof(message));
    for (size_t len = 0; len < 64; len++) {
        uint64_t hash = tc_siphash(reference_key, (tc_slice){message, len});
        for (size_t i = 0; i < 8; i++) {
            outputs[len * 8 + i] = (uint8_t)(hash >> (8 * i));
        }
    }
    cr_expect_eq(tc_siphash(reference_key, (tc_slice){outputs, sizeof(outputs)}),
                 UINT64_C(0x505C706BD37F0119));
}

Test(hash, siphash_takes_unaligned_and_null_text)
{
    uint8_t bytes[64];
    for (size_t shift = 0; shift < 8; shift++) {
        count_up(bytes + shift, 15);
        cr_expect_eq(tc_siphash(reference_key, (tc_slice){bytes + shift, 15}),
                     UINT64_C(0xA129CA6149BE45E5), "shift %zu", shift);
    }
    cr_expect_eq(tc_siphash(reference_key, TC_EMPTY_SLICE), UINT64_C(0x726FDB47DD0E0E31));
}

Test(hash, random_keys_differ)
{
    tc_hash_key a = tc_hash_random_key();
    tc_hash_key b = tc_hash_random_key();
    cr_expect(a.k0 != b.k0 || a.k1 != b.k1);
    cr_expect_neq(tc_siphash(a, TC_LIT("x")), tc_siphash(b, TC_LIT("x")));
}

Test(hash, the_content_hash_is_the_same_for_ever)
{
    /* Ids that people have noted down are made of these: they must never change. */
    cr_expect_eq(tc_content_hash(TC_EMPTY_SLICE), UINT64_C(0xF76531465723C915));
    cr_expect_eq(tc_content_hash(TC_LIT("tocsin")), UINT64_C(0x7D2F7483ACF349BB));
}

Test(hash, a_continued_content_hash_knows_where_the_parts_end)
{
    uint64_t ab = tc_content_hash_add(tc_content_hash(TC_LIT("ab")), TC_LIT("c"));
    uint64_t a = tc_content_hash_add(tc_content_hash(TC_LIT("a")), TC_LIT("bc"));
    cr_expect_eq(ab, UINT64_C(0x07449145A8933FAC));
    cr_expect_eq(a, UINT64_C(0x754AFE69B5F5A27E));
    cr_expect_neq(ab, tc_content_hash(TC_LIT("abc")));
    cr_expect_neq(tc_content_hash_add(tc_content_hash(TC_LIT("ab")), TC_EMPTY_SLICE),
                  tc_content_hash(TC_LIT("ab")));
    cr_expect_eq(tc_content_hash_add(0, TC_LIT("ab")), tc_content_hash(TC_LIT("ab")));
}
