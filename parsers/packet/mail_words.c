/*
 * Encoded words of headers (RFC 2047, with RFC 2231's language), and the charsets that they are in.
 *
 * Neighbours in one charset are decoded together, because a character may be cut between them;
 * blanks between neighbours do not count, blanks that are missing around words are not missed.
 */
#include "parsers/packet/mail.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

#include <iconv.h>

enum { BYTES_MAX = TC_MAIL_TEXT, NAME_MAX_LENGTH = 40 };

typedef struct decoding {
    char *out;
    size_t size, length;
    char charset[NAME_MAX_LENGTH]; /* of the bytes that wait */
    uint8_t bytes[BYTES_MAX];
    size_t count;
    char *language;
    size_t room;
} decoding;

static void put(decoding *d, tc_slice text)
{
    size_t n = TC_MIN(text.len, d->size - 1 - d->length);
    if (n > 0) memcpy(d->out + d->length, text.ptr, n);
    d->length += n;
    d->out[d->length] = '\0';
}

/* What is written, and the converter that is meant: programs put characters of the larger set into
 * the smaller. Only these are ever asked for: a message must not choose among all converters. */
static const char *charset_of(const char *name)
{
    static const char *const meant[][2] = {
        {"cp936", "GB18030"},         {"x-gbk", "GB18030"},
        {"ms936", "GB18030"},         {"windows-936", "GB18030"},
        {"cp950", "BIG5-HKSCS"},      {"x-x-big5", "BIG5-HKSCS"},
        {"cp932", "CP932"},           {"cp949", "CP949"},
        {"cp866", "CP866"},           {"ibm866", "CP866"},
        {"gb2312", "GB18030"},        {"gbk", "GB18030"},
        {"gb_2312-80", "GB18030"},    {"gb18030", "GB18030"},
        {"hz-gb-2312", "HZ"},         {"big5", "BIG5-HKSCS"},
        {"big5-hkscs", "BIG5-HKSCS"}, {"iso-2022-jp", "ISO-2022-JP-2"},
        {"shift_jis", "CP932"},       {"x-sjis", "CP932"},
        {"windows-31j", "CP932"},     {"euc-jp", "EUC-JP"},
        {"ks_c_5601-1987", "CP949"},  {"euc-kr", "CP949"},
        {"koi8-r", "KOI8-R"},         {"koi8-u", "KOI8-U"},
        {"us-ascii", "CP1252"},       {"iso-8859-1", "CP1252"},
        {"iso-8859-2", "ISO-8859-2"}, {"iso-8859-5", "ISO-8859-5"},
        {"iso-8859-6", "ISO-8859-6"}, {"iso-8859-7", "ISO-8859-7"},
        {"iso-8859-8", "ISO-8859-8"}, {"iso-8859-8-i", "ISO-8859-8"},
        {"iso-8859-9", "CP1254"},     {"iso-8859-15", "ISO-8859-15"},
        {"windows-1250", "CP1250"},   {"windows-1251", "CP1251"},
        {"windows-1252", "CP1252"},   {"windows-1253", "CP1253"},
        {"windows-1254", "CP1254"},   {"windows-1255", "CP1255"},
        {"windows-1256", "CP1256"},   {"windows-1257", "CP1257"},
        {"windows-1258", "CP1258"},   {"windows-874", "CP874"},
        {"tis-620", "CP874"},         {"utf-7", "UTF-7"}};
    for (size_t i = 0; i < TC_COUNT_OF(meant); i++)
        if (tc_slice_equal_ascii(tc_slice_of(name), tc_slice_of(meant[i][0]))) return meant[i][1];
    return NULL;
}

static void convert(decoding *d, iconv_t converter)
{
    char *in = (char *)d->bytes, buffer[4 * BYTES_MAX], *out = buffer;
    size_t left = d->count, room = sizeof buffer;
    while (left > 0 && iconv(converter, &in, &left, &out, &room) == (size_t)-1) {
        if (room < 4 || left == 0) break;
        memcpy(out, "\xEF\xBF\xBD", 3);
        out += 3;
        room -= 3;
        in++;
        left--;
    }
    put(d, tc_slice_make(buffer, sizeof buffer - room));
}

/* The bytes that wait become text. */
static void flush(decoding *d)
{
    tc_slice bytes = tc_slice_make(d->bytes, d->count);
    if (d->count == 0) return;
    const char *charset = charset_of(d->charset);
    iconv_t converter = charset ? iconv_open("UTF-8", charset) : (iconv_t)-1;
    if (converter == (iconv_t)-1) {
        put(d, bytes);
    } else {
        convert(d, converter);
        (void)iconv_close(converter);
    }
    d->count = 0;
}

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void quoted(decoding *d, tc_slice text)
{
    for (size_t i = 0; i < text.len && d->count < sizeof d->bytes; i++) {
        uint8_t c = text.ptr[i] == '_' ? ' ' : text.ptr[i];
        int high = c == '=' && i + 2 < text.len ? hex_of(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_of(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        d->bytes[d->count++] = c;
    }
}

/* "=?charset*language?B?text?=" at the front; *ret_length of it. */
static bool take_word(decoding *d, tc_slice text, size_t *ret_length)
{
    tc_slice rest, language, body;
    if (!tc_slice_starts(text, TC_LIT("=?"))) return false;
    tc_slice charset = tc_slice_split(tc_octets_from(text, 2), '?', &rest);
    if (rest.len < 3 || rest.ptr[1] != '?') return false;
    uint8_t kind = rest.ptr[0] | 0x20;
    body = tc_octets_from(rest, 2);
    size_t end = tc_slice_search(body, TC_LIT("?="));
    if (end == TC_NPOS || (kind != 'b' && kind != 'q') || charset.len == 0) return false;
    charset = tc_slice_split(charset, '*', &language);
    if (charset.len >= NAME_MAX_LENGTH) return false;
    if (!tc_slice_equal_ascii(charset, tc_slice_of(d->charset))) flush(d);
    tc_copy_text(d->charset, sizeof d->charset, charset);
    if (language.len > 0 && d->language[0] == '\0') tc_copy_text(d->language, d->room, language);
    tc_slice word = tc_slice_sub(body, 0, end);
    if (kind == 'q')
        quoted(d, word);
    else
        d->count += tc_base64(word, d->bytes + d->count, sizeof d->bytes - d->count);
    *ret_length = (size_t)(word.ptr + word.len - text.ptr) + 2;
    return true;
}

static size_t blanks(tc_slice text)
{
    size_t n = 0;
    while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '\t'))
        n++;
    return n;
}

void tc_mail_decode(tc_slice text, char *out, size_t size, char *language, size_t room)
{
    decoding d = {.out = out, .size = size, .language = language, .room = room};
    bool behind = false; /* a word */
    out[0] = language[0] = '\0';
    while (text.len > 0) {
        size_t gap = behind ? blanks(text) : 0, length = 0;
        tc_slice rest = tc_octets_from(text, gap);
        if (take_word(&d, rest, &length)) {
            text = tc_octets_from(rest, length);
            behind = true;
            continue;
        }
        flush(&d);
        size_t next = tc_slice_search(tc_octets_from(text, 1), TC_LIT("=?"));
        size_t plain = next == TC_NPOS ? text.len : next + 1;
        put(&d, tc_slice_sub(text, 0, plain));
        text = tc_octets_from(text, plain);
        behind = false;
    }
    flush(&d);
}
