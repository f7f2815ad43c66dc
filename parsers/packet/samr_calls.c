#include "parsers/packet/samr_calls.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

enum { LOOKED_UP_MAX = 1024, SUB_AUTHORITIES = 5 };
/* Which parts of an account's data a call sets: a password among them (MS-SAMR 2.2.1.8). */
#define WITH_PASSWORD UINT32_C(0x03000000)

/* -- parts ---------------------------------------------------------------------------------- */

static void name_text(const tc_ndr *stub, tc_slice characters, size_t unit, char *out, size_t size)
{
    uint8_t turned[2 * TC_WIRE_NAME];
    if (unit == 1) {
        tc_copy_text(out, size, characters);
        return;
    }
    characters = tc_slice_sub(characters, 0, sizeof turned);
    for (size_t i = 0; i + 1 < characters.len; i += 2) {
        turned[i] = characters.ptr[i + (stub->big ? 1 : 0)];
        turned[i + 1] = characters.ptr[i + (stub->big ? 0 : 1)];
    }
    tc_utf16le_text(tc_slice_make(turned, characters.len / 2 * 2), out, size);
}

/* A text behind its head; false: there is none. */
static bool read_name(tc_ndr *stub, size_t unit, char *out, size_t size)
{
    out[0] = '\0';
    if (!tc_ndr_string_head(stub)) return false;
    name_text(stub, tc_ndr_string_body(stub, unit), unit, out, size);
    return out[0] != '\0' && !stub->failed;
}

static bool read_sid(tc_ndr *stub, char *out, size_t size)
{
    (void)tc_ndr_size(stub);
    tc_slice head = tc_ndr_bytes(stub, 8);
    if (head.len < 8 || head.ptr[0] != 1 || head.ptr[1] > SUB_AUTHORITIES) return false;
    int n = snprintf(out, size, "S-1-%" PRIu32, tc_be32(head.ptr + 4));
    for (unsigned i = 0; i < head.ptr[1]; i++)
        n += snprintf(out + n, size - (size_t)n, "-%" PRIu32, tc_ndr_u32(stub));
    return !stub->failed;
}

static void learn_account(tc_dialogue *d, const tc_samr_call *call, uint32_t rid, tc_slice name)
{
    char what[TC_WIRE_NAME + 1];
    if (rid == 0 || name.len == 0) return;
    tc_accounts_member(call->domain, rid, what, sizeof what);
    tc_accounts_name(d, what, name);
}

/* How many elements of an array follow. */
static uint32_t read_count(tc_ndr *stub, bool varying)
{
    uint32_t count = tc_ndr_size(stub);
    if (varying) (void)tc_ndr_size(stub);
    if (varying) count = tc_ndr_size(stub);
    return stub->failed || count > LOOKED_UP_MAX ? 0 : count;
}

/* -- domains and names ---------------------------------------------------------------------- */

static bool ask_lookup_domain(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    (void)d;
    (void)tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    return read_name(stub, 2, call->target.name, sizeof call->target.name);
}

static void answer_lookup_domain(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    char sid[TC_WIRE_NAME + 1];
    if (tc_ndr_size(stub) != 0 && read_sid(stub, sid, sizeof sid))
        tc_accounts_name(d, sid, tc_slice_of(call->target.name));
}

static bool ask_open_domain(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    (void)d;
    (void)tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    (void)tc_ndr_u32(stub);
    return read_sid(stub, call->domain, sizeof call->domain);
}

/* The handle that was given stands for what the call opened. */
static void answer_open(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    tc_slice handle = tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    if (!stub->failed) tc_accounts_opened(d, handle, call->domain);
}

static bool ask_open_user(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    char domain[TC_WIRE_NAME + 1];
    tc_accounts_domain(d, tc_ndr_bytes(stub, TC_SAMR_HANDLE), domain, sizeof domain);
    (void)tc_ndr_u32(stub);
    uint32_t rid = tc_ndr_u32(stub);
    tc_accounts_member(domain, rid, call->domain, sizeof call->domain);
    if (!stub->failed) tc_accounts_opens(d, rid);
    return !stub->failed;
}

static bool ask_names(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    char name[TC_WIRE_NAME + 1];
    tc_accounts_domain(d, tc_ndr_bytes(stub, TC_SAMR_HANDLE), call->domain, sizeof call->domain);
    (void)tc_ndr_u32(stub);
    uint32_t count = read_count(stub, true);
    tc_ndr heads = *stub;
    for (uint32_t i = 0; i < count; i++)
        (void)tc_ndr_string_head(stub);
    for (uint32_t i = 0; i < count && !stub->failed; i++) {
        name[0] = '\0';
        if (tc_ndr_string_head(&heads))
            name_text(stub, tc_ndr_string_body(stub, 2), 2, name, sizeof name);
        tc_str_add(&call->learned, tc_slice_of(name));
        tc_str_add_byte(&call->learned, 0);
    }
    if (count > 0 && !stub->failed) tc_accounts_looked_up(d, tc_slice_of(name), count);
    return count > 0 && !stub->failed;
}

static void answer_names(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    tc_slice rest = tc_str_view(&call->learned);
    (void)tc_ndr_u32(stub);
    if (tc_ndr_size(stub) == 0) return;
    uint32_t count = read_count(stub, false);
    for (uint32_t i = 0; i < count && rest.len > 0; i++) {
        tc_slice name = tc_slice_split(rest, 0, &rest);
        learn_account(d, call, tc_ndr_u32(stub), name);
    }
}

static bool ask_numbers(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    tc_accounts_domain(d, tc_ndr_bytes(stub, TC_SAMR_HANDLE), call->domain, sizeof call->domain);
    (void)tc_ndr_u32(stub);
    uint32_t count = read_count(stub, true);
    for (uint32_t i = 0; i < count && !stub->failed; i++) {
        uint32_t rid = tc_ndr_u32(stub);
        tc_str_add(&call->learned, tc_slice_make(&rid, sizeof rid));
    }
    return count > 0 && !stub->failed;
}

static void answer_numbers(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    char name[TC_WIRE_NAME + 1];
    tc_slice rest = tc_str_view(&call->learned);
    (void)tc_ndr_u32(stub);
    if (tc_ndr_size(stub) == 0) return;
    uint32_t count = read_count(stub, false), rid = 0;
    tc_ndr heads = *stub;
    for (uint32_t i = 0; i < count; i++)
        (void)tc_ndr_string_head(stub);
    for (uint32_t i = 0; i < count && rest.len >= sizeof rid && !stub->failed; i++) {
        memcpy(&rid, rest.ptr, sizeof rid);
        rest = tc_octets_from(rest, sizeof rid);
        if (!tc_ndr_string_head(&heads)) continue;
        name_text(stub, tc_ndr_string_body(stub, 2), 2, name, sizeof name);
        learn_account(d, call, rid, tc_slice_of(name));
    }
}

/* -- accounts ------------------------------------------------------------------------------- */

static bool ask_create(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    tc_slice handle = tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    tc_accounts_domain(d, handle, call->domain, sizeof call->domain);
    bool named = read_name(stub, 2, call->target.name, sizeof call->target.name);
    if (named) tc_accounts_makes(d, tc_slice_of(call->target.name));
    return named;
}

static void answer_create(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    char what[TC_WIRE_NAME + 1];
    tc_slice handle = tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    if (call->operation == 50) (void)tc_ndr_u32(stub);
    uint32_t rid = tc_ndr_u32(stub);
    if (stub->failed) return;
    learn_account(d, call, rid, tc_slice_of(call->target.name));
    tc_accounts_member(call->domain, rid, what, sizeof what);
    tc_accounts_opened(d, handle, what);
    (void)tc_accounts_of(d, handle, &call->target);
}

static bool find_account(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    tc_slice handle = tc_ndr_bytes(stub, TC_SAMR_HANDLE);
    if (!tc_accounts_of(d, handle, &call->target)) (void)tc_accounts_last(d, &call->target);
    return !stub->failed;
}

/* Two digests, and which of them count. */
static bool has_digest(tc_ndr arm)
{
    tc_slice counts = tc_octets_from(tc_ndr_bytes(&arm, 34), 32);
    return counts.len == 2 && (counts.ptr[0] != 0 || counts.ptr[1] != 0);
}

/* All data of an account, and which of them count. */
static bool has_password_among(tc_ndr arm)
{
    (void)tc_ndr_bytes(&arm, arm.wide ? 284 : 172);
    return (tc_ndr_u32(&arm) & WITH_PASSWORD) != 0;
}

bool tc_samr_sets_password(const tc_ndr *stub, uint8_t *ret_level)
{
    tc_ndr arm = *stub;
    uint32_t level = tc_ndr_enum(&arm), again = tc_ndr_enum(&arm);
    size_t alignment = arm.wide ? 8 : 4;
    *ret_level = (uint8_t)level;
    arm.at = (arm.at + alignment - 1) / alignment * alignment;
    if (arm.failed || level != again || arm.at >= arm.bytes.len) return false;
    switch (level) {
    case 18:
        return has_digest(arm);
    case 24:
    case 26:
    case 31:
        return true;
    case 21:
    case 23:
    case 25:
    case 32:
        return has_password_among(arm);
    default:
        return false;
    }
}

static bool ask_set(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    return find_account(d, call, stub) && tc_samr_sets_password(stub, &call->level);
}

/* Whose password stands in the call: behind the server's name, which may be missing. */
static bool ask_change(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub)
{
    size_t unit = call->operation == 54 ? 1 : 2;
    (void)d;
    if (tc_ndr_size(stub) != 0 && tc_ndr_string_head(stub)) (void)tc_ndr_string_body(stub, unit);
    return read_name(stub, unit, call->target.name, sizeof call->target.name);
}

/* -- the table ------------------------------------------------------------------------------ */

static const tc_samr_operation operations[] = {
    {5, 1024, 0, "LookupDomain", ask_lookup_domain, answer_lookup_domain},
    {7, 1024, 0, "OpenDomain", ask_open_domain, answer_open},
    {12, 1024, TC_SAMR_CREATED, "CreateUser", ask_create, answer_create},
    {17, UINT16_MAX, 0, "LookupNames", ask_names, answer_names},
    {18, UINT16_MAX, 0, "LookupIds", ask_numbers, answer_numbers},
    {34, 64, 0, "OpenUser", ask_open_user, answer_open},
    {37, 400, TC_SAMR_RESET, "SetInformationUser", ask_set, NULL},
    {38, 64, TC_SAMR_CHANGED, "ChangePasswordUser", find_account, NULL},
    {50, 1024, TC_SAMR_CREATED, "CreateUser2", ask_create, answer_create},
    {54, 1024, TC_SAMR_CHANGED, "OemChangePasswordUser2", ask_change, NULL},
    {55, 1024, TC_SAMR_CHANGED, "UnicodeChangePasswordUser2", ask_change, NULL},
    {58, 400, TC_SAMR_RESET, "SetInformationUser2", ask_set, NULL},
    {63, 1024, TC_SAMR_CHANGED, "UnicodeChangePasswordUser3", ask_change, NULL},
    {73, 1024, TC_SAMR_CHANGED, "UnicodeChangePasswordUser4", ask_change, NULL},
};

const tc_samr_operation *tc_samr_operation_of(uint16_t number)
{
    for (size_t i = 0; i < TC_COUNT_OF(operations); i++)
        if (operations[i].number == number) return &operations[i];
    return NULL;
}
