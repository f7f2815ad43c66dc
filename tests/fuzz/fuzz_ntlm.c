/*
 * fuzz_ntlm: who logs on, out of any token: NTLM's messages, raw and inside SPNEGO, and what mail
 * protocols carry in SASL.
 *
 * The first bytes are the room, the next one chooses the mechanism. Checked besides what the
 * sanitizers see: names end inside their room, and a second message of SASL names nobody but
 * NTLM's.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536

static const char *const mechanisms[] = {"PLAIN",         "LOGIN",   "CRAM-MD5",    "DIGEST-MD5",
                                         "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "NTLM"};

/* Exactly as much room as is said, for the sanitizer. */
static void read_token(tc_slice token, size_t size, size_t room)
{
    char *user = malloc(size), *workstation = malloc(room);
    uint8_t *exact = malloc(token.len + 1);
    TC_ASSERT(user && workstation && exact);
    if (token.len > 0) memcpy(exact, token.ptr, token.len);
    memset(workstation, 0, room);
    tc_slice ntlm = tc_ntlm_find(tc_slice_make(exact, token.len));
    if (tc_ntlm_user(ntlm, user, size, workstation, room)) TC_ASSERT(strlen(user) < size);
    TC_ASSERT(strlen(workstation) < room);
    free(user);
    free(workstation);
    free(exact);
}

/* The messages are lines. */
static void read_sasl(tc_slice lines, const char *mechanism)
{
    tc_sasl sasl;
    char first[sizeof sasl.user] = "";
    tc_sasl_begin(&sasl, tc_slice_of(mechanism));
    while (lines.len > 0) {
        tc_sasl_take(&sasl, tc_slice_split(lines, '\n', &lines));
        TC_ASSERT(memchr(sasl.user, 0, sizeof sasl.user));
        if (first[0] != '\0') TC_ASSERT(strcmp(first, sasl.user) == 0);
        tc_copy_text(first, sizeof first, tc_slice_of(sasl.user));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > INPUT_MAX) return 0;
    tc_slice rest = {data + 3, size - 3};
    read_token(rest, 1 + (size_t)data[0], 1 + (size_t)data[1]);
    read_sasl(rest, mechanisms[data[2] % TC_COUNT_OF(mechanisms)]);
    return 0;
}
