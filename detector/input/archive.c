#include "detector/input/archive.h"

typedef struct magic {
    tc_archive_way way;
    size_t offset;
    size_t length;
    const char *bytes;
    const char *kind;
    bool (*agrees)(tc_slice head); /* NULL: the bytes say enough */
} magic;
#define AT(offset, bytes) (offset), sizeof(bytes) - 1, (bytes)

/* "BZh", the block size as a digit, then the magic of the first block, or that of the end. */
static bool is_bzip2(tc_slice head)
{
    tc_slice first = tc_slice_sub(head, 4, 6);
    return head.len >= 10 && (uint8_t)(head.ptr[3] - '1') < 9 &&
           (tc_slice_equal(first, TC_LIT("\x31\x41\x59\x26\x53\x59")) ||
            tc_slice_equal(first, TC_LIT("\x17\x72\x45\x38\x50\x90")));
}

/* The old form of xz, which has no magic (lzma-file-format.txt): properties as every packer writes
 * them, a dictionary of 2^n or 2^n + 2^(n-1) bytes, a length or none, and the first byte of the
 * data, which is 0. */
static bool is_lzma(tc_slice head)
{
    uint64_t dictionary = tc_slice_little(head, 1, 4);
    uint64_t length = tc_slice_little(head, 5, 8);
    if (head.len < 18 || head.ptr[13] != 0 || dictionary < 4096) return false;
    while (dictionary % 2 == 0)
        dictionary /= 2;
    return (dictionary == 1 || dictionary == 3) && (length == UINT64_MAX || length >> 40 == 0);
}

/* "-lh5-" and its like. */
static bool is_lzh(tc_slice head)
{
    uint8_t method = head.len > 6 ? head.ptr[5] : 0;
    return head.len > 21 && head.ptr[6] == '-' &&
           ((method >= '0' && method <= '9') || (method >= 'a' && method <= 'z'));
}

/* The archive's own header, which stands first: its length, and that it is that one. */
static bool is_arj(tc_slice head)
{
    uint64_t length = tc_slice_little(head, 2, 2);
    return length >= 34 && length <= 2600 && tc_slice_little(head, 4, 1) <= length &&
           tc_slice_little(head, 10, 1) == 2;
}

/* Hexadecimal or octal numbers fill a header of cpio, with no blank between them. */
static bool is_hex(tc_slice digits)
{
    bool hex = true;
    for (size_t i = 0; i < digits.len; i++) {
        uint8_t c = digits.ptr[i];
        hex = hex && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'));
    }
    return hex;
}

static bool is_cpio(tc_slice head)
{
    return head.len >= 110 && is_hex(tc_slice_sub(head, 0, 76));
}

/* Of two bytes each, in the machine's order: the mode of a file or folder, its name's length. */
static bool is_old_cpio(tc_slice head)
{
    uint64_t type = tc_slice_little(head, 6, 2) >> 12;
    uint64_t name = tc_slice_little(head, 20, 2);
    return (type == 8 || type == 4) && name > 1 && name <= 4096;
}

/* "begin 644 name", or with "-base64", and a line end. */
static bool is_uuencoded(tc_slice head)
{
    tc_slice line = tc_slice_split(tc_slice_sub(head, 0, 512), '\n', &head);
    tc_slice word = tc_slice_split(line, ' ', &line);
    tc_slice mode = tc_slice_split(line, ' ', &line);
    if (!tc_slice_equal(word, TC_LIT("begin")) && !tc_slice_equal(word, TC_LIT("begin-base64")))
        return false;
    for (size_t i = 0; i < mode.len; i++)
        if (mode.ptr[i] < '0' || mode.ptr[i] > '7') return false;
    return (mode.len == 3 || mode.len == 4) && tc_slice_trim(line).len > 0 && head.len > 0;
}

/* A number of a tar's header: octal digits between blanks and NULs. */
static bool is_octal(tc_slice field, uint64_t *ret)
{
    bool ended = false;
    size_t digits = 0;
    *ret = 0;
    for (size_t i = 0; i < field.len; i++) {
        uint8_t c = field.ptr[i];
        bool blank = c == ' ' || c == 0;
        if (!blank && (ended || c < '0' || c > '7')) return false;
        ended = ended || (blank && digits > 0);
        if (blank) continue;
        *ret = *ret << 3 | (uint64_t)(c - '0');
        digits++;
    }
    return digits > 0;
}

/* The bytes of a tar's header, those of the sum itself taken for blanks; some have added them up as
 * signed ones. */
static bool is_sum(tc_slice header, uint64_t said)
{
    uint64_t sum = 0;
    uint64_t above = 0;
    for (size_t i = 0; i < header.len; i++) {
        sum += i >= 148 && i < 156 ? ' ' : header.ptr[i];
        above += header.ptr[i] >= 0x80 ? 0x100 : 0;
    }
    return said == sum || said + above == sum;
}

/* A tar of before POSIX says nothing of itself: a name, numbers, and their sum (tar(5)). */
static bool is_old_tar(tc_slice head)
{
    static const struct {
        size_t at, bytes;
    } fields[] = {{100, 8}, {108, 8}, {116, 8}, {124, 12}, {136, 12}};
    uint64_t n;
    if (head.len < 512) return false;
    tc_slice header = tc_slice_sub(head, 0, 512);
    tc_slice rest;
    tc_slice name = tc_slice_split(tc_slice_sub(header, 0, 100), 0, &rest);
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < ' ' || name.ptr[i] == 0x7F) return false;
    for (size_t i = 0; i < TC_COUNT_OF(fields); i++)
        if (!is_octal(tc_slice_sub(header, fields[i].at, fields[i].bytes), &n)) return false;
    return name.len > 0 && is_octal(tc_slice_sub(header, 148, 8), &n) && is_sum(header, n);
}

/* What is read is here because a head is already unpacked as often as is allowed (cap.h). */
static const magic magics[] = {
    {TC_ARCHIVE_READ, AT(0, "PK\x03\x04"), "a zip archive", NULL},
    {TC_ARCHIVE_READ, AT(0, "PK\x05\x06"), "an empty zip archive", NULL},
    {TC_ARCHIVE_READ, AT(0, "PK\x07\x08"), "a zip archive in parts", NULL},
    {TC_ARCHIVE_READ, AT(0, "PK00PK\x03\x04"), "a zip archive", NULL},
    {TC_ARCHIVE_READ, AT(0, "7z\xBC\xAF\x27\x1C"), "a 7-Zip archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "Rar!\x1A\x07"), "a RAR archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "RE\x7E\x5E"), "an old RAR archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "\xFD\x37zXZ\x00"), "xz inside two other packings", NULL},
    {TC_ARCHIVE_RAW, AT(0, "BZh"), "bzip2-compressed", is_bzip2},
    {TC_ARCHIVE_UNREAD, AT(0, "\x28\xB5\x2F\xFD"), "zstd inside two other packings", NULL},
    {TC_ARCHIVE_RAW, AT(0, "\x04\x22\x4D\x18"), "lz4-compressed", NULL},
    {TC_ARCHIVE_RAW, AT(0, "\x02\x21\x4C\x18"), "lz4-compressed", NULL},
    {TC_ARCHIVE_RAW, AT(0, "LZIP\x01"), "lzip-compressed", NULL},
    {TC_ARCHIVE_RAW, AT(0, "\x5D\x00\x00"), "lzma-compressed", is_lzma},
    {TC_ARCHIVE_RAW, AT(0, "\x1F\x9D"), "compress-compressed", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "\x1F\x8B\x08"), "gzip inside two other packings", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "MSCF\x00\x00\x00\x00"), "a cabinet archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "xar!"), "a xar archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(2, "-lh"), "an LZH archive", is_lzh},
    {TC_ARCHIVE_UNREAD, AT(2, "-lz"), "an LZH archive", is_lzh},
    {TC_ARCHIVE_UNREAD, AT(0, "\x60\xEA"), "an ARJ archive", is_arj},
    {TC_ARCHIVE_UNREAD, AT(7, "**ACE**"), "an ACE archive", NULL},
    {TC_ARCHIVE_READ, AT(0, "070701"), "a cpio archive", is_cpio},
    {TC_ARCHIVE_READ, AT(0, "070702"), "a cpio archive", is_cpio},
    {TC_ARCHIVE_READ, AT(0, "070707"), "a cpio archive", is_cpio},
    {TC_ARCHIVE_READ, AT(0, "\xC7\x71"), "a cpio archive", is_old_cpio},
    {TC_ARCHIVE_READ, AT(0, "!<arch>\n"), "an ar archive", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "\xED\xAB\xEE\xDB"), "an RPM package", NULL},
    {TC_ARCHIVE_UNREAD, AT(32769, "CD001"), "an ISO 9660 image", NULL},
    {TC_ARCHIVE_UNREAD, AT(0, "begin"), "uuencoded", is_uuencoded},
    {TC_ARCHIVE_READ, AT(257, "ustar"), "a tar archive", NULL},
    {TC_ARCHIVE_READ, AT(0, ""), "a tar archive", is_old_tar},
};

static const char *const packages[] = {
    ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".pptx",  ".ppsx", ".odt",
    ".ods",  ".odp",  ".apk",  ".epub", ".vsix", ".nupkg", ".msu",  ".whl",
    ".xap",  ".appx", ".msix", ".xpi",  ".kmz",  ".vsdx",  ".deb",
};

/* Of what is not read in any case, nor named then. */
static const char *const programs[] = {".udeb", ".rpm"};

static const char *const handed_over[] = {
    ".zip", ".7z",  ".rar",  ".cab",  ".tar", ".tgz", ".taz",  ".txz",
    ".tlz", ".tbz", ".tbz2", ".tzst", ".bz2", ".lz4", ".lz",   ".lzma",
    ".Z",   ".lzh", ".lha",  ".arj",  ".ace", ".xar", ".cpio", ".iso",
};

static const char *const tars[] = {".tar", ".tgz", ".taz", ".txz", ".tzst"};

bool tc_archive_is_named(tc_slice name)
{
    return tc_slice_ends_one_of(name, handed_over, TC_COUNT_OF(handed_over));
}

/* Zeros are where a tar ends, and another may follow. */
static bool is_empty_tar(tc_slice head, tc_slice name)
{
    if (head.len < 512 || !tc_slice_ends_one_of(name, tars, TC_COUNT_OF(tars))) return false;
    for (size_t i = 0; i < 512; i++)
        if (head.ptr[i] != 0) return false;
    return true;
}

bool tc_archive_may_begin_later(tc_slice head, tc_slice name)
{
    size_t zeros = 0;
    while (zeros < head.len && head.ptr[zeros] == 0)
        zeros++;
    return zeros == head.len || tc_slice_ends_ascii(name, TC_LIT(".iso"));
}

static bool is_program(tc_slice name, tc_archive_way way)
{
    return tc_slice_ends_one_of(name, packages, TC_COUNT_OF(packages)) ||
           (way == TC_ARCHIVE_UNREAD &&
            tc_slice_ends_one_of(name, programs, TC_COUNT_OF(programs)));
}

tc_archive_way tc_archive_of(tc_slice head, tc_slice name, const char **ret_kind)
{
    for (size_t i = 0; i < TC_COUNT_OF(magics); i++) {
        const magic *m = &magics[i];
        tc_slice bytes = tc_slice_make(m->bytes, m->length);
        if (!tc_slice_starts(tc_slice_sub(head, m->offset, SIZE_MAX), bytes)) continue;
        if (m->agrees && !m->agrees(head)) continue;
        *ret_kind = m->kind;
        return is_program(name, m->way) ? TC_ARCHIVE_NOT : m->way;
    }
    *ret_kind = "a tar archive";
    return is_empty_tar(head, name) ? TC_ARCHIVE_READ : TC_ARCHIVE_NOT;
}
