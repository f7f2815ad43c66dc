#include "detector/output/proof_command.h"

tc_slice tc_proof_command(tc_slice line)
{
    if (tc_slice_starts(line, TC_LIT("Cmdlet by "))) return tc_slice_sub(line, 7, TC_NPOS);
    if (tc_slice_starts(line, TC_LIT("Cmdlet: "))) return tc_slice_sub(line, 8, TC_NPOS);
    return TC_EMPTY_SLICE;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static tc_slice skip_blanks(tc_slice s)
{
    while (s.len && is_blank(s.ptr[0]))
        s = tc_slice_sub(s, 1, TC_NPOS);
    return s;
}

/* The parameter that begins here, with its blank behind it; its length, or 0. */
static size_t parameter_at(tc_slice s)
{
    static const char *const names[] = {"-ForwardTo", "-RedirectTo", "-ForwardAsAttachmentTo",
                                        "-ForwardingSmtpAddress", "-ForwardingAddress"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        size_t length = strlen(names[i]);
        if (s.len > length &&
            tc_slice_equal_ascii(tc_slice_sub(s, 0, length), tc_slice_of(names[i])) &&
            (is_blank(s.ptr[length]) || s.ptr[length] == ':'))
            return length + 1;
    }
    return 0;
}

/* An address has no blank, comma, quote or bracket. */
static size_t address_length(tc_slice s)
{
    size_t length = 0;
    while (length < s.len && !is_blank(s.ptr[length]) &&
           strchr(",\"'();[]{}<>", s.ptr[length]) == NULL)
        length++;
    return length;
}

static size_t take_values(tc_slice s, tc_slice *addresses, size_t max)
{
    size_t n = 0;
    s = skip_blanks(s);
    while (s.len && s.ptr[0] != '-' && n < max) {
        if (strchr("\"'(,@[", s.ptr[0]) || is_blank(s.ptr[0])) {
            s = tc_slice_sub(s, 1, TC_NPOS);
            continue;
        }
        size_t length = address_length(s);
        tc_slice value = tc_slice_sub(s, 0, length);
        bool prefixed =
            value.len > 5 && tc_slice_equal_ascii(tc_slice_sub(value, 0, 5), TC_LIT("smtp:"));
        if (prefixed) value = tc_slice_sub(value, 5, TC_NPOS);
        if (tc_slice_find(value, '@') != TC_NPOS) addresses[n++] = value;
        s = tc_slice_sub(s, length ? length : 1, TC_NPOS);
    }
    return n;
}

size_t tc_proof_forwards(tc_slice line, tc_slice *addresses, size_t max)
{
    tc_slice command = tc_proof_command(line);
    size_t n = 0;
    for (size_t i = 0; i < command.len && n < max; i++) {
        tc_slice rest = tc_slice_sub(command, i, TC_NPOS);
        size_t length = i && is_blank(command.ptr[i - 1]) ? parameter_at(rest) : 0;
        if (length) n += take_values(tc_slice_sub(rest, length, TC_NPOS), addresses + n, max - n);
    }
    return n;
}
