#include "detector/input/digest.h"

#include "detector/input/open.h"

#include <openssl/evp.h>

/* Hashes all that the started stream gives. */
static bool hash_stream(EVP_MD_CTX *context, tc_stream *stream, uint8_t *buffer, size_t room,
                        uint64_t *ret_length)
{
    bool end = false;
    *ret_length = 0;
    while (!end) {
        size_t got = 0;
        if (tc_failed(tc_stream_fill(stream, buffer, room, &got, &end, NULL)))
            return tc_stream_damaged(stream);
        *ret_length += got;
        if (EVP_DigestUpdate(context, buffer, got) != 1) return false;
    }
    return true;
}

static bool make(const tc_entry *entry, tc_stream *stream, uint8_t *buffer, size_t room,
                 tc_digest *ret)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool made = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                !tc_failed(tc_entry_start(entry, stream, NULL)) &&
                hash_stream(context, stream, buffer, room, &ret->length) &&
                EVP_DigestFinal_ex(context, ret->hash, NULL) == 1;
    tc_stream_stop(stream);
    EVP_MD_CTX_free(context);
    return made;
}

const tc_digest *tc_digest_of(tc_input *input, tc_entry *entry, tc_stream *stream, uint8_t *buffer,
                              size_t room)
{
    if (entry->digest) return entry->digest;
    tc_digest *digest = tc_arena_zero(input->memory, 1, sizeof *digest);
    if (digest && make(entry, stream, buffer, room, digest)) entry->digest = digest;
    return entry->digest;
}
