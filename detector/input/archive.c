#include "detector/input/archive.h"

typedef struct magic {
    tc_archive_way way;
    size_t offset;
    size_t length;
    const char *bytes;
    const char *kind;
} magic;
#define AT(offset, bytes) (offset), sizeof(bytes) - 1, (bytes)

/* What is read is here because a head is already unpacked as often as is allowed (cap.h). */
static const magic magics[] = {
    {TC_ARCHIVE_READ, AT(0, "PK\x03\x04"), "a zip archive"},
    {TC_ARCHIVE_READ, AT(0, "PK\x05\x06"), "an empty zip archive"},
    {TC_ARCHIVE_READ, AT(0, "PK\x07\x08"), "a zip archive in parts"},
    {TC_ARCHIVE_READ, AT(0, "7z\xBC\xAF\x27\x1C"), "a 7-Zip archive"},
    {TC_ARCHIVE_UNREAD, AT(0, "Rar!\x1A\x07"), "a RAR archive"},
    {TC_ARCHIVE_UNREAD, AT(0, "\xFD\x37zXZ\x00"), "xz inside two other packings"},
    {TC_ARCHIVE_RAW, AT(0, "BZh"), "bzip2-compressed"},
    {TC_ARCHIVE_UNREAD, AT(0, "\x28\xB5\x2F\xFD"), "zstd inside two other packings"},
    {TC_ARCHIVE_RAW, AT(0, "\x04\x22\x4D\x18"), "lz4-compressed"},
    {TC_ARCHIVE_RAW, AT(0, "LZIP\x01"), "lzip-compressed"},
    {TC_ARCHIVE_RAW, AT(0, "\x1F\x9D"), "compress-compressed"},
    {TC_ARCHIVE_UNREAD, AT(0, "\x1F\x8B\x08"), "gzip inside two other packings"},
    {TC_ARCHIVE_UNREAD, AT(0, "MSCF\x00\x00\x00\x00"), "a cabinet archive"},
    {TC_ARCHIVE_READ, AT(257, "ustar"), "a tar archive"},
};

static const char *const packages[] = {
    ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".pptx", ".ppsx", ".odt",   ".ods",
    ".odp",  ".jar",  ".war",  ".ear",  ".apk",  ".epub", ".vsix", ".nupkg", ".msu",
    ".whl",  ".xap",  ".appx", ".msix", ".xpi",  ".kmz",  ".vsdx", ".deb",
};

static const char *const handed_over[] = {".zip", ".7z",  ".rar", ".cab", ".tar",
                                          ".tgz", ".bz2", ".lz4", ".lz",  ".Z"};

/* "BZh", the block size as a digit, then the magic of the first block. */
static bool is_bzip2(tc_slice head)
{
    return head.len >= 10 && (uint8_t)(head.ptr[3] - '1') < 9 &&
           tc_slice_starts(tc_slice_sub(head, 4, 6), TC_LIT("\x31\x41\x59\x26\x53\x59"));
}

bool tc_archive_is_named(tc_slice name)
{
    return tc_slice_ends_one_of(name, handed_over, TC_COUNT_OF(handed_over));
}

tc_archive_way tc_archive_of(tc_slice head, tc_slice name, const char **ret_kind)
{
    for (size_t i = 0; i < TC_COUNT_OF(magics); i++) {
        const magic *m = &magics[i];
        tc_slice bytes = tc_slice_make(m->bytes, m->length);
        if (!tc_slice_starts(tc_slice_sub(head, m->offset, SIZE_MAX), bytes)) continue;
        if (tc_slice_equal(bytes, TC_LIT("BZh")) && !is_bzip2(head)) continue;
        *ret_kind = m->kind;
        return tc_slice_ends_one_of(name, packages, TC_COUNT_OF(packages)) ? TC_ARCHIVE_NOT
                                                                           : m->way;
    }
    return TC_ARCHIVE_NOT;
}
