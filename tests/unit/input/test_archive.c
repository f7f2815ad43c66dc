#include "detector/input/archive.h"

#include <criterion/criterion.h>

enum { HEAD = 64 * 1024 };

/* A head that has these bytes there, and zeros around them. */
typedef struct place {
    size_t at;
    tc_slice bytes;
} place;

#define PLACED(at, bytes)                                                                          \
    {                                                                                              \
        (at),                                                                                      \
        {                                                                                          \
            (const uint8_t *)(bytes), sizeof(bytes) - 1                                            \
        }                                                                                          \
    }

static tc_archive_way way_of(const place *placed, size_t length, const char *name,
                             const char **ret_kind)
{
    static uint8_t head[HEAD];
    memset(head, 0, sizeof head);
    memcpy(head + placed->at, placed->bytes.ptr, placed->bytes.len);
    return tc_archive_of(tc_slice_make(head, length), tc_slice_of(name), ret_kind);
}

#define LZMA "\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\x11\x08\xE5"
#define NEWC "070701000000010000"
#define HEX_60 "000000000000000000000000000000000000000000000000000000000000"

Test(archive, tells_kinds_by_what_only_they_begin_with)
{
    static const struct {
        const char *name;
        place placed;
        tc_archive_way way;
    } rows[] = {
        {"a", PLACED(0, "PK\3\4"), TC_ARCHIVE_READ},
        {"a", PLACED(0, "PK00PK\3\4"), TC_ARCHIVE_READ},
        {"a.jar", PLACED(0, "PK\3\4"), TC_ARCHIVE_READ},
        {"a.docx", PLACED(0, "PK\3\4"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "BZh9\x31\x41\x59\x26\x53\x59"), TC_ARCHIVE_RAW},
        {"a", PLACED(0, "BZh9\x17\x72\x45\x38\x50\x90"), TC_ARCHIVE_RAW},
        {"a", PLACED(0, "BZh9 is no packer's"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "\x02\x21\x4C\x18"), TC_ARCHIVE_RAW},
        {"a", PLACED(0, LZMA), TC_ARCHIVE_RAW},
        {"a", PLACED(0, "\x5D\0\0\x81\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\x11"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1\x11"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "]\0\0"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "xar!"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(0, "\x20\x22-lh5-"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(0, "x -lh and more"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "\x60\xEA\x22\0\x1E\x0B\1\0\x10\0\2"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(0, "\x60\xEA\x22\0\x1E\x0B\1\0\x10\0\0"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "begin 644 a.log\nM"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(0, "begin-base64 644 a.log\nA"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(0, "begin 69 times\nM"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "begin transaction\nM"), TC_ARCHIVE_NOT},
        {"a", PLACED(0, NEWC HEX_60 HEX_60), TC_ARCHIVE_READ},
        {"mysql.log", PLACED(0, "070701 12:00:00 mysqld started" HEX_60 HEX_60), TC_ARCHIVE_NOT},
        {"a", PLACED(0, "!<arch>\na.log/ "), TC_ARCHIVE_READ},
        {"a.deb", PLACED(0, "!<arch>\ndebian-binary "), TC_ARCHIVE_NOT},
        {"a.rpm", PLACED(0, "\xED\xAB\xEE\xDB\3\0"), TC_ARCHIVE_NOT},
        {"a.log", PLACED(0, "\xED\xAB\xEE\xDB\3\0"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(32769, "CD001"), TC_ARCHIVE_UNREAD},
        {"a", PLACED(257, "ustar"), TC_ARCHIVE_READ},
        {"a", PLACED(600, "x"), TC_ARCHIVE_NOT},
        {"a.tar", PLACED(600, "x"), TC_ARCHIVE_READ},
        {"a.log", PLACED(0, "#Software: Microsoft"), TC_ARCHIVE_NOT},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const char *kind = NULL;
        tc_archive_way way = way_of(&rows[i].placed, HEAD, rows[i].name, &kind);
        cr_expect(way == rows[i].way, "row %zu: %d", i, (int)way);
        cr_expect(way == TC_ARCHIVE_NOT || kind, "row %zu", i);
        /* Heads end anywhere. */
        for (size_t length = 0; length < 64; length++)
            (void)way_of(&rows[i].placed, length, rows[i].name, &kind);
    }
}

/* A header as `tar --format=v7` writes it; its sum is that of all bytes, in octal digits. */
static void make_old_tar(uint8_t *head, const char *name)
{
    memset(head, 0, 1024);
    memcpy(head, name, strlen(name));
    memcpy(head + 100, "0000644", 7);
    memcpy(head + 108, "0001750", 7);
    memcpy(head + 116, "0001750", 7);
    memcpy(head + 124, "00000000005 ", 12);
    memcpy(head + 136, "11535526740 ", 12);
    memset(head + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += head[i];
    char digits[16];
    (void)snprintf(digits, sizeof digits, "%06o", sum);
    memcpy(head + 148, digits, 7);
}

Test(archive, tells_a_tar_without_a_magic_by_its_sum)
{
    uint8_t head[1024];
    const char *kind;
    tc_slice all = tc_slice_make(head, sizeof head);
    make_old_tar(head, "logs/u_ex110309.log");
    cr_expect(tc_archive_of(all, TC_LIT("x.bak"), &kind) == TC_ARCHIVE_READ);
    cr_expect(strcmp(kind, "a tar archive") == 0);
    cr_expect(tc_archive_of(tc_slice_make(head, 511), TC_LIT("x"), &kind) == TC_ARCHIVE_NOT);
    for (size_t i = 0; i < 512; i++) {
        make_old_tar(head, "logs/u_ex110309.log");
        head[i] ^= 0x40;
        cr_expect(tc_archive_of(all, TC_LIT("x"), &kind) == TC_ARCHIVE_NOT, "byte %zu", i);
    }
    make_old_tar(head, "logs/u_ex\n110309.log");
    cr_expect(tc_archive_of(all, TC_LIT("x"), &kind) == TC_ARCHIVE_NOT, "a name is one line");
    make_old_tar(head, "");
    cr_expect(tc_archive_of(all, TC_LIT("x"), &kind) == TC_ARCHIVE_NOT, "and is there");
}
