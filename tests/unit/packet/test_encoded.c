/* What names are wrapped in, and the digests of fingerprints. */
#include "parsers/packet/deed.h"
#include "parsers/packet/der.h"
#include "parsers/packet/digest.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/mail.h"

#include <criterion/criterion.h>

static const char *decoded(const char *text, char *language)
{
    static char out[TC_MAIL_TEXT];
    tc_mail_decode(tc_slice_of(text), out, sizeof out, language, 32);
    return out;
}

Test(encoded, words_of_headers_become_text)
{
    static const char *const rows[][3] = {
        {"plain", "plain", ""},
        {"=?utf-8?B?6Ieq5Yqo562U5aSNOiDkvJrorq4=?=", "自动答复: 会议", ""},
        {"=?gb2312?B?19S2r7TwuLQ=?=: x", "自动答复: x", ""},
        {"=?utf-8*zh-CN?Q?=E8=87=AA=E5=8A=A8?=", "自动", "zh-CN"},
        {"=?UTF-8?Q?a?= =?UTF-8?Q?b_c?= d", "ab c d", ""},
        {"=?utf-8?B?6Ieq5Yo=?= =?utf-8?B?qOetlA==?=", "自动答", ""}, /* a character in two words */
        {"=?koi8-r?B?4dfUz80=?=", "Автом", ""},
        {"=?iso-8859-1?Q?R=E9ponse?=", "Réponse", ""},
        {"=?utf-8?B?eA==?=: Undeliverable", "x: Undeliverable", ""},
        {"=?no such charset?Q?a?=", "a", ""},
        {"=?utf-8?X?a?=", "=?utf-8?X?a?=", ""},
        {"=?", "=?", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char language[32];
        cr_expect_str_eq(decoded(rows[i][0], language), rows[i][1], "%s", rows[i][0]);
        cr_expect_str_eq(language, rows[i][2], "%s", rows[i][0]);
    }
}

Test(encoded, only_the_outer_headers_of_a_message_count)
{
    static const char *const lines[] = {"Subject: Undeliverable:",
                                        "\tx",
                                        "From: <a@b>",
                                        "",
                                        "--1",
                                        "Content-Type: message/delivery-status",
                                        "",
                                        "Final-Recipient: rfc822;c@d",
                                        "Action: failed",
                                        "--1",
                                        "Content-Type: message/rfc822",
                                        "",
                                        "Subject: inner"};
    tc_mail mail;
    tc_mail_begin(&mail);
    for (size_t i = 0; i < TC_COUNT_OF(lines); i++)
        tc_mail_line(&mail, tc_slice_of(lines[i]));
    cr_expect_str_eq(mail.subject, "Undeliverable: x");
    cr_expect_str_eq(mail.recipient, "rfc822;c@d");
    cr_expect_str_eq(mail.action, "failed");
}

Test(encoded, sasl_tells_whose_it_is_and_nothing_else)
{
    static const char *const rows[][3] = {
        {"PLAIN", "AGFubmEAbm90LWtlcHQ=", "anna"},
        {"LOGIN", "YW5uYQ==", "anna"},
        {"CRAM-MD5", "YW5uYSBiOTEzYTYwMmM3ZWRhN2E0OTViNGU2ZTczMzRkMzg5MA==", "anna"},
        {"XOAUTH2", "dXNlcj1hbm5hAWF1dGg9QmVhcmVyIHgBAQ==", "anna"},
        {"DIGEST-MD5", "dXNlcm5hbWU9ImFubmEiLHJlYWxtPSJ4Ig==", "anna"},
        {"PLAIN", "YW5uYQ==", NULL},
        {"GSSAPI", "YW5uYQ==", NULL},
        {"PLAIN", "***", NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_sasl sasl;
        tc_sasl_begin(&sasl, tc_slice_of(rows[i][0]));
        tc_sasl_take(&sasl, tc_slice_of(rows[i][1]));
        cr_expect_str_eq(sasl.user, rows[i][2] ? rows[i][2] : "", "%zu", i);
    }
}

Test(encoded, the_second_answer_of_a_logon_is_never_a_name)
{
    tc_sasl sasl;
    tc_sasl_begin(&sasl, TC_LIT("LOGIN"));
    tc_sasl_take(&sasl, TC_LIT("*not base64*"));
    tc_sasl_take(&sasl, TC_LIT("bm90LWtlcHQ="));
    cr_expect_str_eq(sasl.user, "");
}

/* Domain, user and workstation behind 64 bytes of head. */
static size_t ntlm(uint8_t *out, bool wide, const char *domain, const char *user)
{
    const char *const texts[] = {domain, user, "PC"};
    size_t at = 64;
    memset(out, 0, 64);
    memcpy(out, "NTLMSSP", 8);
    out[8] = 3;
    out[60] = wide;
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(texts[i]);
        out[28 + 8 * i] = (uint8_t)(wide ? 2 * length : length);
        out[28 + 8 * i + 4] = (uint8_t)at;
        for (size_t k = 0; k < length; k++) {
            out[at++] = (uint8_t)texts[i][k];
            if (wide) out[at++] = 0;
        }
    }
    return at;
}

Test(encoded, ntlm_names_its_user)
{
    uint8_t message[256];
    char user[64], station[32];
    size_t length = ntlm(message, true, "CORP", "anna");
    cr_expect(tc_ntlm_user(tc_slice_make(message, length), user, sizeof user, station, 32));
    cr_expect_str_eq(user, "CORP\\anna");
    cr_expect_str_eq(station, "PC");
    length = ntlm(message, true, "CORP", "\xE5\xBC\xA0"); /* UTF-8, widened byte by byte */
    cr_expect(tc_ntlm_user(tc_slice_make(message, length), user, sizeof user, NULL, 0));
    cr_expect_str_eq(user, "CORP\\张");
    length = ntlm(message, false, "", "");
    cr_expect_not(tc_ntlm_user(tc_slice_make(message, length), user, sizeof user, NULL, 0));
    length = ntlm(message, false, "CORP", "anna");
    message[40] = 255; /* beyond the message */
    cr_expect_not(tc_ntlm_user(tc_slice_make(message, length), user, sizeof user, NULL, 0));
    cr_expect_not(tc_ntlm_user(tc_slice_make(message, 40), user, sizeof user, NULL, 0));
}

Test(encoded, digests_are_those_of_their_standards)
{
    char md5[33], sha[65];
    tc_md5_text(TC_LIT("abc"), md5);
    cr_expect_str_eq(md5, "900150983cd24fb0d6963f7d28e17f72");
    tc_md5_text(TC_EMPTY_SLICE, md5);
    cr_expect_str_eq(md5, "d41d8cd98f00b204e9800998ecf8427e");
    tc_md5_text(
        TC_LIT("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
        md5);
    cr_expect_str_eq(md5, "57edf4a22be3c955ac49da2e2107b67a");
    tc_sha256_text(TC_LIT("abc"), sha);
    cr_expect_str_eq(sha, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    tc_sha256_text(TC_LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), sha);
    cr_expect_str_eq(sha, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

Test(encoded, elements_stay_in_what_holds_them)
{
    static const uint8_t forms[] = {0x30, 0x84, 0, 0, 0, 3, 0x0A, 0x01, 0x31, 0x04, 0x05, 'a'};
    tc_slice rest = tc_slice_make(forms, sizeof forms);
    tc_der e;
    cr_assert(tc_der_next(&rest, &e));
    cr_expect_eq(e.tag, 0x30);
    cr_expect_eq(tc_der_number(tc_der_find(e.body, 0x0A)), 0x31);
    cr_expect_not(tc_der_next(&rest, &e)); /* five bytes, one is there */
    static const uint8_t endless[] = {0x30, 0x80, 0, 0};
    cr_expect_eq(tc_der_length(tc_slice_make(endless, 4)), TC_NPOS);
    cr_expect_eq(tc_der_length(tc_slice_make(forms, 3)), 0);
}
