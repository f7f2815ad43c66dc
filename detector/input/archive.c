#include "detector/input/archive.h"

typedef struct magic {
    size_t offset;
    size_t length;
    const char *bytes;
    const char *kind;
} magic;
#define AT(offset, bytes) (offset), sizeof(bytes) - 1, (bytes)

/* What is read is here because a head is already unpacked as often as is allowed (cap.h). */
static const magic magics[] = {
    {AT(0, "PK\x03\x04"), "a zip archive"},
    {AT(0, "PK\x05\x06"), "an empty zip archive"},
    {AT(0, "PK\x07\x08"), "a zip archive in parts"},
    {AT(0, "7z\xBC\xAF\x27\x1C"), "a 7-Zip archive"},
    {AT(0, "Rar!\x1A\x07"), "a RAR archive"},
    {AT(0, "\xFD\x37zXZ\x00"), "xz inside two other packings"},
    {AT(0, "BZh"), "bzip2-compressed"},
    {AT(0, "\x28\xB5\x2F\xFD"), "zstd inside two other packings"},
    {AT(0, "\x04\x22\x4D\x18"), "lz4-compressed"},
    {AT(0, "LZIP\x01"), "lzip-compressed"},
    {AT(0, "\x1F\x9D"), "compress-compressed"},
    {AT(0, "\x1F\x8B\x08"), "gzip inside two other packings"},
    {AT(0, "MSCF\x00\x00\x00\x00"), "a cabinet archive"},
    {AT(257, "ustar"), "a tar archive"},
};

static const char *const packages[] = {
    ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".pptx", ".ppsx", ".odt",   ".ods",
    ".odp",  ".jar",  ".war",  ".ear",  ".apk",  ".epub", ".vsix", ".nupkg", ".msu",
    ".whl",  ".xap",  ".appx", ".msix", ".cab",  ".xpi",  ".kmz",  ".vsdx",  ".deb",
};

/* "BZh", the block size as a digit, then the magic of the first block. */
static bool is_bzip2(tc_slice head)
{
    return head.len >= 10 && (uint8_t)(head.ptr[3] - '1') < 9 &&
           tc_slice_starts(tc_slice_sub(head, 4, 6), TC_LIT("\x31\x41\x59\x26\x53\x59"));
}

const char *tc_archive_kind(tc_slice head, tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(magics); i++) {
        const magic *m = &magics[i];
        tc_slice bytes = tc_slice_make(m->bytes, m->length);
        if (!tc_slice_starts(tc_slice_sub(head, m->offset, SIZE_MAX), bytes)) continue;
        if (tc_slice_equal(bytes, TC_LIT("BZh")) && !is_bzip2(head)) continue;
        for (size_t p = 0; p < TC_COUNT_OF(packages); p++) {
            if (tc_slice_ends_ascii(name, tc_slice_of(packages[p]))) return NULL;
        }
        return m->kind;
    }
    return NULL;
}
