#include "detector/enrich/charset.h"
#include "detector/enrich/language.h"
#include "detector/enrich/language_cover.h"

#include <criterion/criterion.h>

static tc_language_catalogue *catalogue;
static tc_arena *scratch;

static void setup(void)
{
    tc_error error = {0};
    tc_status status = tc_language_catalogue_open(TC_TEST_TABLES, &catalogue, &error);
    char text[512];
    cr_assert(!tc_failed(status), "%s", tc_error_format(&error, text, sizeof(text)));
    scratch = tc_arena_new(1 << 20);
}

static void teardown(void)
{
    tc_language_catalogue_free(catalogue);
    tc_arena_free(scratch);
}

TestSuite(language, .init = setup, .fini = teardown);

static tc_language_verdict judge(tc_slice subject)
{
    tc_language_verdict v;
    tc_arena_mark mark = tc_arena_save(scratch);
    tc_language_judge(catalogue, scratch, subject, &v);
    tc_arena_rewind(scratch, mark);
    return v;
}

typedef struct row {
    const char *subject;
    tc_message_kind kind;
    const char *language;
    tc_script script;
    int certainty; /* -1: of no interest */
    bool quoted;
} row;

#define OOF TC_MESSAGE_OOF
#define NONE TC_MESSAGE_NONE
#define LATIN TC_SCRIPT_LATIN
#define HAN TC_SCRIPT_HAN

static const row rows[] = {
    /* catalogue, by certainty */
    {"Automatic reply: Budget", OOF, "en", LATIN, 95, false},
    {"AUTOMATIC REPLY:Budget", OOF, "en", LATIN, 95, false},
    {"Automatic reply:", OOF, "en", LATIN, 95, false},
    {"  Automatic   reply : x", OOF, "en", LATIN, 95, false},
    {"Automatische Antwort: Haushalt", OOF, "de", LATIN, 95, false},
    {"Abwesenheitsnotiz: Haushalt", OOF, "de", LATIN, 95, false},
    {"Automatiskt svar: x", OOF, "sv", LATIN, 80, false},
    {"Automatisk svar: x", OOF, "da-nb", LATIN, 80, false},
    {"Resposta automática: x", OOF, "pt", LATIN, 95, false},
    {"Automatski odgovor: x", OOF, "hr", LATIN, 95, false},
    {"Аутоматски одговор: x", OOF, "sr", TC_SCRIPT_CYRILLIC, 60, false},
    {"Automaatvastus: x", OOF, "et", LATIN, 60, false},
    {"자동 회신: x", OOF, "ko", TC_SCRIPT_HANGUL, 80, false},
    {"Αυτόματη απάντηση: x", OOF, "el", TC_SCRIPT_GREEK, 80, false},
    {"ΑΥΤΟΜΑΤΗ ΑΠΑΝΤΗΣΗ: x", NONE, "el", TC_SCRIPT_GREEK, 70, false},
    {"Автоматический ответ: x", OOF, "ru", TC_SCRIPT_CYRILLIC, 80, false},
    {"Автоответ: x", OOF, "ru", TC_SCRIPT_CYRILLIC, 95, false},
    {"Автоматична відповідь: x", OOF, "uk", TC_SCRIPT_CYRILLIC, 80, false},
    {"Автоматичен отговор: x", OOF, "bg", TC_SCRIPT_CYRILLIC, 60, false},
    {"رد تلقائي: x", OOF, "ar", TC_SCRIPT_ARABIC, 80, false},
    {"پاسخ خودکار: x", OOF, "fa", TC_SCRIPT_ARABIC, 60, false},
    {"תשובה אוטומטית: x", OOF, "he", TC_SCRIPT_HEBREW, 80, false},
    {"ตอบกลับอัตโนมัติ: x", OOF, "th", TC_SCRIPT_THAI, 80, false},
    {"Trả lời tự động: x", OOF, "vi", LATIN, 80, false},
    {"Otomatik Yanıt: x", OOF, "tr", LATIN, 80, false},
    {"स्वचालित उत्तर: x", OOF, "hi", TC_SCRIPT_DEVANAGARI, 80, false},
    /* the longest prefix, ended by the colon */
    {"Out of Office AutoReply: x", OOF, "en", LATIN, 95, false},
    {"Out of Office: x", OOF, "en", LATIN, 80, false},
    {"Out of Office hours changed: x", NONE, "", LATIN, 0, false},
    {"Automatic reply settings: how to", NONE, "", LATIN, 0, false},
    {"Автоответ при отсутствии на работе: x", OOF, "ru", TC_SCRIPT_CYRILLIC, 95, false},
    {"Not read: x", TC_MESSAGE_RECEIPT, "en", LATIN, 95, false},
    {"Read: x", TC_MESSAGE_RECEIPT, "en", LATIN, 95, false},
    {"Your mailbox is almost full", TC_MESSAGE_QUOTA, "en", LATIN, 95, false},
    {"Your mailbox is almost full.", TC_MESSAGE_QUOTA, "en", LATIN, 95, false},
    {"Accepted: Lunch", TC_MESSAGE_MEETING, "en", LATIN, 80, false},
    {"Message Recall Failure: x", TC_MESSAGE_RECALL, "en", LATIN, 95, false},
    {"Undeliverable: x", TC_MESSAGE_NDR, "en", LATIN, 95, false},
    {"Delivery Status Notification (Failure)", TC_MESSAGE_NDR, "en", LATIN, 80, false},
    /* what only normalisation finds: NBSP and narrow NBSP before the colon, NFD accents, curly
     * apostrophe, full-width colon, zero-width and bidi marks, dotted capital I */
    {"Réponse automatique : x", OOF, "fr", LATIN, 95, false},
    {"Réponse automatique\xC2\xA0: x", OOF, "fr", LATIN, 95, false},
    {"Réponse automatique\xE2\x80\xAF: x", OOF, "fr", LATIN, 95, false},
    {"Re\xCC\x81ponse automatique : x", OOF, "fr", LATIN, 95, false},
    {"RE\xCC\x81PONSE AUTOMATIQUE: x", OOF, "fr", LATIN, 95, false},
    {"Réponse automatique d\xE2\x80\x99"
     "absence du bureau : x",
     OOF, "fr", LATIN, 95, false},
    {"Message d'absence : x", OOF, "fr", LATIN, 80, false},
    {"自动答复：会议", OOF, "zh-Hans", HAN, 95, false},
    {"自动答复\xE3\x80\x80: x", OOF, "zh-Hans", HAN, 95, false},
    {"\xE2\x80\x8F"
     "תשובה אוטומטית\xE2\x80\x8E: x",
     OOF, "he", TC_SCRIPT_HEBREW, 80, false},
    {"\xEF\xBB\xBF"
     "Automatic reply: x",
     OOF, "en", LATIN, 95, false},
    {"OTOMAT\xC4\xB0K YANIT: x", NONE, "", LATIN, 0, false},
    {"\xC4\xB0ptal Edildi: x", TC_MESSAGE_MEETING, "tr", LATIN, 60, false},
    {"Automatick\xC3\xA1 odpov\xC4\x9B\xC4\x8F: x", OOF, "cs", LATIN, 95, false},
    {"Automatick\xC3\xA1 odpove\xC4\x8F: x", OOF, "sk", LATIN, 60, false},
    {"Automaticka\xCC\x81 odpove\xCC\x8C"
     "d\xCC\x8C: x",
     OOF, "cs", LATIN, 95, false},
    /* only the prefix speaks */
    {"Automatic reply: 会议邀请", OOF, "en", LATIN, 95, false},
    {"Automatic reply: 自动答复: x", OOF, "en", LATIN, 95, false},
    {"自動回覆: Automatic reply: x", OOF, "zh-Hant", HAN, 80, false},
    {"Otomatik Yanıt: Yıllık İzin / Automatic Reply: Annual Leave", OOF, "tr", LATIN, 80, false},
    {"自动答复: Budget", OOF, "zh-Hans", HAN, 95, false},
    {"会议邀请", NONE, "", TC_SCRIPT_NONE, 0, false},
    /* Han: Simplified, Traditional, Japanese */
    {"自動回覆: x", OOF, "zh-Hant", HAN, 80, false},
    {"自動応答: x", OOF, "ja", HAN, 95, false},
    {"不在時の自動応答: x", OOF, "ja", TC_SCRIPT_KANA, 95, false},
    {"外出时的自动答复: x", OOF, "zh-Hans", HAN, 95, false},
    {"配信不能: x", TC_MESSAGE_NDR, "ja", HAN, 80, false},
    {"已接受: x", TC_MESSAGE_MEETING, "", HAN, 0, false},
    {"会议转发: x", NONE, "zh-Hans", HAN, 60, false},
    {"會議轉寄說: x", NONE, "zh-Hant", HAN, 60, false},
    {"働込: x", NONE, "ja", HAN, 60, false},
    {"外出中: x", NONE, "", HAN, 0, false},
    {"国会: x", NONE, "zh-Hans", HAN, 40, false},
    {"お知らせ: x", NONE, "ja", TC_SCRIPT_KANA, 70, false},
    {"알림: x", NONE, "ko", TC_SCRIPT_HANGUL, 70, false},
    /* a script of several languages */
    {"Важно объявление: x", NONE, "bg", TC_SCRIPT_CYRILLIC, 60, false},
    {"Важные новости: x", NONE, "ru", TC_SCRIPT_CYRILLIC, 60, false},
    {"Важлива подія: x", NONE, "uk", TC_SCRIPT_CYRILLIC, 60, false},
    {"Привет: x", NONE, "", TC_SCRIPT_CYRILLIC, 0, false},
    {"گزارش: x", NONE, "fa", TC_SCRIPT_ARABIC, 40, false},
    {"تقرير: x", NONE, "ar", TC_SCRIPT_ARABIC, 70, false},
    /* ties stay undecided */
    {"Autosvar: x", OOF, "", LATIN, 0, false},
    {"Cancelado: x", TC_MESSAGE_MEETING, "", LATIN, 0, false},
    /* quotations */
    {"RE: Automatic reply: x", OOF, "en", LATIN, 95, true},
    {"Re:自动答复: x", OOF, "zh-Hans", HAN, 95, true},
    {"AW: WG: Automatische Antwort: x", OOF, "de", LATIN, 95, true},
    {"TR : Réponse automatique : x", OOF, "fr", LATIN, 95, true},
    {"RE[2]: Automatic reply: x", OOF, "en", LATIN, 95, true},
    {"Re(3): x: y", NONE, "", LATIN, 0, true},
    {"R: x", NONE, "", TC_SCRIPT_NONE, 0, true},
    {"答复: 自动答复: x", OOF, "zh-Hans", HAN, 95, true},
    {"回复：x", NONE, "", TC_SCRIPT_NONE, 0, true},
    {"\xC4\xB0LT: x", NONE, "", TC_SCRIPT_NONE, 0, true},
    {"V\xC3\xA1: Automatikus v\xC3\xA1lasz: x", OOF, "hu", LATIN, 80, true},
    {"V\xC3\x81[2] : Automatikus v\xC3\xA1lasz: x", OOF, "hu", LATIN, 80, true},
    {"RE", NONE, "", TC_SCRIPT_NONE, 0, false},
    /* gateway tags */
    {"[EXTERN] Automatische Antwort: x", OOF, "de", LATIN, 95, false},
    {"[EXTERN] [SPAM?] Automatic reply: x", OOF, "en", LATIN, 95, false},
    {"[EXTERN] RE: [EXTERN] Automatic reply: x", OOF, "en", LATIN, 95, true},
    {"【外部】自动答复: x", OOF, "zh-Hans", HAN, 95, false},
    {"[外部] 自动答复: x", OOF, "zh-Hans", HAN, 95, false},
    {"[never closed Automatic reply: x", NONE, "", LATIN, 0, false},
    /* ordinary */
    {"", NONE, "", TC_SCRIPT_NONE, 0, false},
    {":", NONE, "", TC_SCRIPT_NONE, 0, false},
    {"Lunch?", NONE, "", TC_SCRIPT_NONE, 0, false},
    {"12:30 Lunch", NONE, "", TC_SCRIPT_NONE, 0, false},
    {"https://example.org/", NONE, "", LATIN, 0, false},
    /* another product's wording */
    {"已读回执：x", NONE, "zh-Hans", HAN, -1, false},
};

Test(language, subjects_are_judged_by_their_prefix)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const row *r = &rows[i];
        tc_language_verdict v = judge(tc_slice_of(r->subject));
        char language[32];
        tc_slice_to_cstr(v.language, language, sizeof(language));
        cr_expect_eq(v.kind, r->kind, "\"%s\": kind %s", r->subject, tc_message_kind_name(v.kind));
        cr_expect_str_eq(language, r->language, "\"%s\": language \"%s\"", r->subject, language);
        cr_expect_eq(v.script, r->script, "\"%s\": script %s", r->subject,
                     tc_script_name(v.script));
        cr_expect_eq(v.quoted, r->quoted, "\"%s\": quoted %d", r->subject, v.quoted);
        if (r->certainty >= 0)
            cr_expect_eq(v.certainty, r->certainty, "\"%s\": certainty %d", r->subject,
                         v.certainty);
    }
}

Test(language, old_code_pages_are_read)
{
    static const struct {
        const char *subject;
        tc_message_kind kind;
        const char *language;
    } raw[] = {
        {"\xD7\xD4\xB6\xAF\xB4\xF0\xB8\xB4: x", OOF, "zh-Hans"},              /* GBK */
        {"\xD7\xD4\xB6\xAF\xB4\xF0\xB8\xB4\xA3\xBA\xBB\xE1", OOF, "zh-Hans"}, /* and its colon */
        {"\xA6\xDB\xB0\xCA\xA6\x5E\xC2\xD0: x", OOF, "zh-Hant"},              /* Big5 */
        {"\x8E\xA9\x93\xAE\x89\x9E\x93\x9A: x", OOF, "ja"},                   /* CP932 */
        {"R\xE9ponse automatique : x", OOF, "fr"},                            /* CP1252 */
        {"r\xE9ponse AUTOMATIQUE : x", OOF, "fr"},
        {"R\xE9ponse automatique\xA0: x", OOF, "fr"},           /* a blank that does not break */
        {"\xC0\xE2\xF2\xEE\xEE\xF2\xE2\xE5\xF2: x", OOF, "ru"}, /* CP1251 */
        {"\xFF\xFE\xFD: x", NONE, ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(raw); i++) {
        tc_language_verdict v = judge(tc_slice_of(raw[i].subject));
        cr_expect_eq(v.kind, raw[i].kind, "row %zu: kind %s", i, tc_message_kind_name(v.kind));
        cr_expect(tc_slice_equal(v.language, tc_slice_of(raw[i].language)), "row %zu", i);
        cr_expect_leq(v.certainty, 80, "row %zu", i);
    }
}

Test(language, what_was_taken_for_another_charset_is_undone)
{
    static const struct {
        const char *subject;
        tc_message_kind kind;
        const char *language;
        bool garbled;
    } broken[] = {
        {"è‡ªåŠ¨ç\xC2\xAD"
         "”å¤\xC2\x8D"
         ": x",
         OOF, "zh-Hans", false},
        {"è‡ªåŠ¨ç\xC2\xAD"
         "”å¤\xC2\x8D"
         "ï¼š x",
         OOF, "zh-Hans", false}, /* and the wide colon */
        {"RÃ©ponse automatique : x", OOF, "fr", false},
        {"Ð’Ð°Ð¶Ð½Ñ‹Ðµ Ð½Ð¾Ð²Ð¾Ñ\xC2\x81"
         "Ñ‚Ð¸: x",
         NONE, "ru", false},
        /* what was lost is lost */
        {"è‡ªåŠ¨ç\xC2\xAD"
         "”å¤?: x",
         NONE, "", true},
        {"è‡ªåŠ¨ç\xC2\xAD"
         "”å¤: x",
         NONE, "", true},
        {"????: x", NONE, "", true},
        {"R?ponse automatique : x", NONE, "", true},
        {"\xEF\xBF\xBD\xEF\xBF\xBD: x", NONE, "", true},
        {"\xFF\xFE\xFD: x", NONE, "", true},
        /* and what is only foreign is whole */
        {"Réponse à Übermut: x", NONE, "", false},
        {"Привет: x", NONE, "", false},
        {"????", NONE, "", false},
        {"Automatic reply: ????", OOF, "en", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(broken); i++) {
        tc_language_verdict v = judge(tc_slice_of(broken[i].subject));
        cr_expect_eq(v.kind, broken[i].kind, "row %zu: kind %s", i, tc_message_kind_name(v.kind));
        cr_expect(tc_slice_equal(v.language, tc_slice_of(broken[i].language)), "row %zu: %.*s", i,
                  (int)v.language.len, v.language.ptr);
        cr_expect_eq(v.garbled, broken[i].garbled, "row %zu: garbled %d", i, v.garbled);
    }
}

Test(language, eight_peels_and_no_more)
{
    char subject[256] = "";
    for (int i = 0; i < 7; i++)
        memcpy(subject + 4 * i, "RE: ", 5);
    memcpy(subject + 28, "Automatic reply: x", 19);
    tc_language_verdict v = judge(tc_slice_of(subject));
    cr_expect_eq(v.kind, OOF);
    cr_expect(v.quoted);
    for (int i = 0; i < 40; i++)
        memcpy(subject + 4 * i, "RE: ", 5);
    memcpy(subject + 160, "Automatic reply: x", 19);
    v = judge(tc_slice_of(subject));
    cr_expect_eq(v.kind, NONE);
    cr_expect(v.quoted);
}

Test(language, a_prefix_that_never_ends_is_none)
{
    static char subject[5000];
    memset(subject, 'a', sizeof(subject) - 1);
    tc_language_verdict v = judge(tc_slice_of(subject));
    cr_expect_eq(v.kind, NONE);
    cr_expect_eq(v.script, TC_SCRIPT_NONE);
    subject[300] = ':';
    cr_expect_eq(judge(tc_slice_of(subject)).script, TC_SCRIPT_NONE, "too far for a prefix");
    subject[200] = ':';
    cr_expect_eq(judge(tc_slice_of(subject)).script, LATIN);
}

Test(language, tags_and_identifiers_have_classes)
{
    static const char *const pairs[][2] = {
        {"zh-CN", "zh-Hans"},
        {"zh-SG", "zh-Hans"},
        {"ZH_tw", "zh-Hant"},
        {"zh-HK", "zh-Hant"},
        {"zh-MO", "zh-Hant"},
        {"2052", "zh-Hans"},
        {"1028", "zh-Hant"},
        {"3076", "zh-Hant"},
        {"0x0804", "zh-Hans"},
        {"133124", "zh-Hans"},
        {"1033", "en"},
        {"en-US", "en"},
        {"en-XX", "en"},
        {"fr-BE", "fr"},
        {"fr-CI", "fr"},
        {"da-DK", "da-nb"},
        {"nb-NO", "da-nb"},
        {"nn-no", "da-nb"},
        {"no", "da-nb"},
        {"pt-BR", "pt"},
        {"pt-PT", "pt"},
        {"gl-ES", "pt"},
        {"hr-HR", "hr"},
        {"sr-Latn-RS", "hr"},
        {"bs-Latn-BA", "hr"},
        {"sr-Cyrl-RS", "sr"},
        {"sr-cyrl", "sr"},
        {"5146", "hr"},
        {"zh-hans", "zh-Hans"},
        {"zh-hant-xx", "zh-Hant"},
        {"mt-MT", "mt"},
        {"ga-IE", "ga"},
        {"", ""},
        {"1024", ""},
        {"4096", ""},
        {"xx-YY", ""},
        {"english", ""},
        {"-", ""},
        {"99999999999999999999", ""},
        {"zh-CN-and-a-very-long-tail-of-more-than-forty-bytes", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(pairs); i++) {
        char language[32];
        tc_slice_to_cstr(tc_language_class(catalogue, tc_slice_of(pairs[i][0])), language,
                         sizeof(language));
        cr_expect_str_eq(language, pairs[i][1], "\"%s\" is \"%s\"", pairs[i][0], language);
    }
}

Test(language, a_tag_covers_what_is_written_more_exactly)
{
    static const char *const covers[][2] = {
        {"zh", "zh zh-Hans zh-Hant"},
        {"ZH", "zh zh-Hans zh-Hant"},
        {"zh-CN", "zh-Hans zh"},
        {"zh-Hans", "zh-Hans zh"},
        {"zh_TW", "zh-Hant zh"},
        {"zh-Hant-HK", "zh-Hant zh"},
        {"da", "da-nb"},
        {"nb", "da-nb"},
        {"en-GB", "en"},
        {"pt", "pt"},
        {"sr", "hr sr"},
        {"sr-Latn", "hr"},
        {"xx", ""},
        {"", ""},
        {"e", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(covers); i++) {
        tc_slice classes[TC_LANGUAGE_COVER_MAX];
        char said[200] = "";
        size_t n = tc_language_cover(catalogue, tc_slice_of(covers[i][0]), classes), at = 0;
        for (size_t k = 0; k < n; k++)
            at += (size_t)snprintf(said + at, sizeof(said) - at, "%s%.*s", k ? " " : "",
                                   (int)classes[k].len, (const char *)classes[k].ptr);
        cr_expect_str_eq(said, covers[i][1], "\"%s\" covers \"%s\"", covers[i][0], said);
    }
}

Test(language, charsets_tell_the_chinese_apart)
{
    static tc_han_table table;
    tc_error error = {0};
    cr_assert(!tc_failed(tc_han_table_fill(&table, &error)), "%s", error.text);
    size_t count = 0;
    cr_expect_eq(tc_han_sets(&table, TC_LIT("自动答复"), &count), TC_HAN_GB2312);
    cr_expect_eq(count, 4);
    cr_expect_eq(tc_han_sets(&table, TC_LIT("自動応答"), NULL), TC_HAN_JIS);
    cr_expect_eq(tc_han_sets(&table, TC_LIT("自動回覆"), NULL), TC_HAN_BIG5 | TC_HAN_JIS);
    cr_expect_eq(tc_han_sets(&table, TC_LIT("外出"), NULL), TC_HAN_ALL);
    cr_expect_eq(tc_han_sets(&table, TC_LIT("plain"), &count), TC_HAN_ALL);
    cr_expect_eq(count, 0);
    cr_expect_eq(tc_han_sets(&table, TC_LIT("\xE3\x90\x80"), NULL), 0, "an extension character");
}

static TC_STATUS open_with(const char *messages, const char *locales, tc_error *error)
{
    char folder[] = "tocsin-tables-XXXXXX", path[128];
    cr_assert_not_null(mkdtemp(folder));
    const char *const names[] = {"system-messages.tsv", "locales.tsv"};
    const char *const texts[] = {messages, locales};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        if (texts[i] == NULL) continue;
        FILE *file = fopen(path, "we");
        cr_assert_not_null(file);
        cr_assert_geq(fputs(texts[i], file), 0);
        fclose(file);
    }
    tc_language_catalogue *c = NULL;
    tc_status status = tc_language_catalogue_open(folder, &c, error);
    if (!tc_failed(status)) tc_language_catalogue_free(c);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        remove(path);
    }
    remove(folder);
    return status;
}

Test(language, bad_tables_are_told_with_file_line_and_column)
{
    static const char good_locales[] = "lcid\ttag\tclass\n0009\ten\ten\n";
    static const char head[] = "prefix\tlanguage\tkind\tcertainty\n";
    static const struct {
        const char *row;
        uint32_t line, column;
        const char *says;
    } bad[] = {
        {"Hello\ten\tgreeting\tA\n", 2, 10, "\"greeting\""},
        {"Hello\ten\toof\tD\n", 2, 14, "\"D\""},
        {"Hello\t\toof\tA\n", 2, 7, "no language"},
        {"\ten\toof\tA\n", 2, 1, "no prefix"},
        {"# words\n\nHi\ten\toof\tA\nHi\tfr\tndr\tA\n", 5, 1, "another kind"},
        {"Hi\ten\toof\tA\tmore\n", 2, 13, "more cells"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(bad); i++) {
        char text[512];
        snprintf(text, sizeof(text), "%s%s", head, bad[i].row);
        tc_error error = {0};
        cr_expect_eq(open_with(text, good_locales, &error).code, TC_ESYNTAX, "row %zu", i);
        cr_expect_eq(error.line, bad[i].line, "row %zu: line %u", i, error.line);
        cr_expect_eq(error.column, bad[i].column, "row %zu: column %u", i, error.column);
        cr_expect_not_null(strstr(error.text, bad[i].says), "row %zu: %s", i, error.text);
        cr_expect_not_null(strstr(error.source, "system-messages.tsv"));
    }
    tc_error error = {0};
    cr_expect_eq(open_with("prefix\tkind\n", good_locales, &error).code, TC_ESYNTAX);
    cr_expect_not_null(strstr(error.text, "\"language\""), "%s", error.text);
    cr_expect_eq(open_with(head, "lcid\ttag\tclass\nzzzz\ten\ten\n", &error).code, TC_ESYNTAX);
    cr_expect_not_null(strstr(error.source, "locales.tsv"));
    cr_expect_eq(open_with(head, NULL, &error).code, TC_EIO);
    cr_expect_eq(open_with("", good_locales, &error).code, TC_ESYNTAX);
    cr_expect(!tc_failed(open_with(head, good_locales, &error)));
}

Test(language, any_bytes_are_survived)
{
    uint32_t seed = 5;
    static const char *const pieces[] = {"RE:",
                                         "[",
                                         "]",
                                         ":",
                                         "\xEF\xBC\x9A",
                                         "自动答复",
                                         "é",
                                         "e\xCC\x81",
                                         "\xFF",
                                         "\xE3\x80",
                                         " ",
                                         "Automatic reply",
                                         "\xC4\xB0",
                                         "\xE2\x80\x8F",
                                         "Réponse automatique",
                                         "2)"};
    for (int round = 0; round < 100000; round++) {
        char subject[400];
        size_t length = 0;
        seed = seed * 1664525u + 1013904223u;
        for (unsigned n = seed >> 28; n > 0; n--) {
            seed = seed * 1664525u + 1013904223u;
            const char *piece = pieces[(seed >> 24) % TC_COUNT_OF(pieces)];
            memcpy(subject + length, piece, strlen(piece));
            length += strlen(piece);
        }
        tc_language_verdict v = judge(tc_slice_make(subject, length));
        cr_assert_lt(v.kind, TC_MESSAGE_KIND_COUNT);
        cr_assert_lt(v.script, TC_SCRIPT_COUNT);
        cr_assert_leq(v.certainty, 100);
        cr_assert_eq(v.language.len == 0, v.certainty == 0);
    }
}
