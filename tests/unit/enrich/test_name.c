#include "detector/enrich/identity.h"

#include <criterion/criterion.h>

typedef struct row {
    const char *raw;
    tc_name_form form;
    const char *text;
    const char *local;
} row;

static const row rows[] = {
    /* the forms of one account */
    {"EXAMPLE\\JDoe", TC_NAME_NT, "example\\jdoe", "jdoe"},
    {"example.local\\jdoe", TC_NAME_NT, "example.local\\jdoe", "jdoe"},
    {"example/jdoe", TC_NAME_NT, "example\\jdoe", "jdoe"},
    {"EXAMPLE%5CJDoe", TC_NAME_NT, "example\\jdoe", "jdoe"},
    {"example%5cj%64oe", TC_NAME_NT, "example\\jdoe", "jdoe"},
    {"EXAMPLE\\\\jdoe", TC_NAME_NT, "example\\jdoe", "jdoe"},
    {"\\jdoe", TC_NAME_BARE, "jdoe", "jdoe"},
    {".\\jdoe", TC_NAME_BARE, "jdoe", "jdoe"},
    {"JDoe", TC_NAME_BARE, "jdoe", "jdoe"},
    {"  jdoe \t", TC_NAME_BARE, "jdoe", "jdoe"},
    {"\"jdoe\"", TC_NAME_BARE, "jdoe", "jdoe"},
    {"domain.localjohndoe", TC_NAME_BARE, "domain.localjohndoe", "domain.localjohndoe"},
    {"J.Doe@Example.ORG", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"<J.Doe@Example.ORG>", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"SMTP:J.Doe@Example.ORG", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"<SMTP:J.Doe@Example.ORG>", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"j.doe%40example.org", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"EXAMPLE\\j.doe@example.org", TC_NAME_SMTP, "j.doe@example.org", "j.doe"},
    {"first@last@example.org", TC_NAME_SMTP, "first@last@example.org", "first@last"},
    {"S-1-5-21-1-2-3-1104", TC_NAME_SID, "s-1-5-21-1-2-3-1104", "s-1-5-21-1-2-3-1104"},
    {"Sid~S-1-5-21-1-2-3-1104", TC_NAME_SID, "s-1-5-21-1-2-3-1104", "s-1-5-21-1-2-3-1104"},
    {"Owner:Sid~S-1-5-21-1-2-3-1104", TC_NAME_SID, "s-1-5-21-1-2-3-1104", "s-1-5-21-1-2-3-1104"},
    {"0AA89CF8-AA07-4103-8A1D-CA9E619F223E", TC_NAME_GUID, "0aa89cf8-aa07-4103-8a1d-ca9e619f223e",
     "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"},
    {"{0aa89cf8-aa07-4103-8a1d-ca9e619f223e}", TC_NAME_GUID, "0aa89cf8-aa07-4103-8a1d-ca9e619f223e",
     "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"},
    {"0aa89cf8-aa07-4103-8a1d-ca9e619f223e@example.org", TC_NAME_GUID,
     "0aa89cf8-aa07-4103-8a1d-ca9e619f223e", "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"},
    {"MailboxGuid~0aa89cf8-aa07-4103-8a1d-ca9e619f223e", TC_NAME_GUID,
     "0aa89cf8-aa07-4103-8a1d-ca9e619f223e", "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"},
    /* Unicode folding; an invalid byte stays */
    {"EXAMPLE\\J\xC3\x96RG", TC_NAME_NT, "example\\j\xC3\xB6rg", "j\xC3\xB6rg"},
    {"\xCE\x91\xCE\x93\xCE\x93\xCE\x95", TC_NAME_BARE, "\xCE\xB1\xCE\xB3\xCE\xB3\xCE\xB5",
     "\xCE\xB1\xCE\xB3\xCE\xB3\xCE\xB5"},
    {"EXAMPLE\\J\xFFX", TC_NAME_NT, "example\\j\xFFx", "j\xFFx"},
    /* machines */
    {"EX01$", TC_NAME_MACHINE, "ex01$", "ex01$"},
    {"EXAMPLE\\EX01$", TC_NAME_MACHINE, "example\\ex01$", "ex01$"},
    {"EX01$@EXAMPLE.ORG", TC_NAME_MACHINE, "ex01$@example.org", "ex01$"},
    /* the system's own */
    {"S-1-5-18", TC_NAME_SYSTEM, "s-1-5-18", "s-1-5-18"},
    {"S-1-5-90-0-1", TC_NAME_SYSTEM, "s-1-5-90-0-1", "s-1-5-90-0-1"},
    {"SYSTEM", TC_NAME_SYSTEM, "system", "system"},
    {"NT AUTHORITY\\SYSTEM", TC_NAME_SYSTEM, "nt authority\\system", "system"},
    {"AUTORITE NT\\Syst\xC3\xA8me", TC_NAME_SYSTEM, "autorite nt\\syst\xC3\xA8me",
     "syst\xC3\xA8me"},
    {"NT-AUTORIT\xC3\x84T\\Netzwerkdienst", TC_NAME_SYSTEM, "nt-autorit\xC3\xA4t\\netzwerkdienst",
     "netzwerkdienst"},
    {"Window Manager\\DWM-1", TC_NAME_SYSTEM, "window manager\\dwm-1", "dwm-1"},
    {"EXAMPLE\\HealthMailbox1a2b3c4", TC_NAME_SYSTEM, "example\\healthmailbox1a2b3c4",
     "healthmailbox1a2b3c4"},
    {"HealthMailbox0123456789abcdef@example.org", TC_NAME_SYSTEM,
     "healthmailbox0123456789abcdef@example.org", "healthmailbox0123456789abcdef"},
    {"SystemMailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}@example.org", TC_NAME_SYSTEM,
     "systemmailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}@example.org",
     "systemmailbox{1f05a927-3be2-4fb9-aa03-b59fe3b56f4c}"},
    {"EXAMPLE\\SM_75f41bb2a4db4d6c9", TC_NAME_SYSTEM, "example\\sm_75f41bb2a4db4d6c9",
     "sm_75f41bb2a4db4d6c9"},
    {"EXAMPLE\\sm_ith", TC_NAME_NT, "example\\sm_ith", "sm_ith"},
    {"EXAMPLE\\$331000-K4VL8S3A7A7Q", TC_NAME_SYSTEM, "example\\$331000-k4vl8s3a7a7q",
     "$331000-k4vl8s3a7a7q"},
    {"krbtgt", TC_NAME_SYSTEM, "krbtgt", "krbtgt"},
    /* nobody */
    {"", TC_NAME_NONE, "", ""},
    {"-", TC_NAME_NONE, "", ""},
    {" - ", TC_NAME_NONE, "", ""},
    {"<>", TC_NAME_NONE, "", ""},
    {"Anonymous", TC_NAME_NONE, "", ""},
    {"NT AUTHORITY\\ANONYMOUS LOGON", TC_NAME_NONE, "", ""},
    {"S-1-0-0", TC_NAME_NONE, "", ""},
    {"S-1-5-7", TC_NAME_NONE, "", ""},
    {"%%1794", TC_NAME_NONE, "", ""},
    {"EXAMPLE\\", TC_NAME_NONE, "", ""},
    {"\\", TC_NAME_NONE, "", ""},
    {"@", TC_NAME_NONE, "", ""},
    {"@example.org", TC_NAME_NONE, "", ""},
    {"jdoe@", TC_NAME_NONE, "", ""},
    {"Jane Doe jane@example.org", TC_NAME_NONE, "", ""},
    {"a\\b\\c", TC_NAME_NONE, "", ""},
    {"example.org/Users/Jane Doe", TC_NAME_NONE, "", ""},
    {"/o=Org/ou=Group/cn=Recipients/cn=jdoe", TC_NAME_NONE, "", ""},
    {"cn=jdoe,dc=example", TC_NAME_NONE, "", ""},
    {"jd\x01oe", TC_NAME_NONE, "", ""},
    {"jd%00oe", TC_NAME_NONE, "", ""},
    /* not quite */
    {"S-1-", TC_NAME_BARE, "s-1-", "s-1-"},
    {"S-1-5-", TC_NAME_BARE, "s-1-5-", "s-1-5-"},
    {"S-1-5--21", TC_NAME_BARE, "s-1-5--21", "s-1-5--21"},
    {"50%", TC_NAME_BARE, "50%", "50%"},
    {"a%zz", TC_NAME_BARE, "a%zz", "a%zz"},
    {"0aa89cf8-aa07-4103-8a1d-ca9e619f223", TC_NAME_BARE, "0aa89cf8-aa07-4103-8a1d-ca9e619f223",
     "0aa89cf8-aa07-4103-8a1d-ca9e619f223"},
};

Test(name, every_written_form_has_its_normal_form)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_name n;
        memset(&n, 0x5A, sizeof(n));
        tc_name_normalise(tc_slice_of(rows[i].raw), &n);
        cr_expect_eq(n.form, rows[i].form, "\"%s\": form %d", rows[i].raw, (int)n.form);
        cr_expect_str_eq(n.text, rows[i].text, "\"%s\": text \"%s\"", rows[i].raw, n.text);
        cr_expect_eq(n.length, strlen(rows[i].text), "\"%s\": length", rows[i].raw);
        tc_slice local = {(const uint8_t *)n.text + n.local_offset, n.local_length};
        cr_expect(tc_slice_equal(local, tc_slice_of(rows[i].local)), "\"%s\": local", rows[i].raw);
    }
}

Test(name, normal_forms_are_their_own_normal_form)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (rows[i].form == TC_NAME_NONE) continue;
        tc_name n;
        tc_name_normalise(tc_slice_of(rows[i].text), &n);
        cr_expect_eq(n.form, rows[i].form, "\"%s\": form", rows[i].text);
        cr_expect_str_eq(n.text, rows[i].text, "\"%s\" became \"%s\"", rows[i].text, n.text);
    }
}

Test(name, over_long_names_are_none)
{
    char raw[TC_NAME_MAX + 8];
    memset(raw, 'a', sizeof(raw));
    tc_name n;
    tc_name_normalise(tc_slice_make(raw, TC_NAME_MAX - 1), &n);
    cr_expect_eq(n.form, TC_NAME_BARE);
    cr_expect_eq(n.length, TC_NAME_MAX - 1);
    tc_name_normalise(tc_slice_make(raw, TC_NAME_MAX), &n);
    cr_expect_eq(n.form, TC_NAME_NONE);
    /* 3 bytes each, folded to 2: over-long as written, though not as folded. */
    for (size_t i = 0; i + 3 <= sizeof(raw); i += 3)
        memcpy(raw + i, "\xE1\xBA\x9E", 3);
    tc_name_normalise(tc_slice_make(raw, 318), &n);
    cr_expect_eq(n.form, TC_NAME_BARE);
    cr_expect_eq(n.length, 212);
    tc_name_normalise(tc_slice_make(raw, 321), &n);
    cr_expect_eq(n.form, TC_NAME_NONE);
}

Test(name, any_bytes_are_survived)
{
    uint32_t seed = 12345;
    uint8_t bytes[40];
    static const uint8_t favourites[] = {'\\', '@', '%', '<', '>', '{',
                                         '}',  '/', '$', '-', ' ', 0xC3};
    for (int round = 0; round < 200000; round++) {
        size_t length = 0;
        seed = seed * 1664525u + 1013904223u;
        length = seed >> 27;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = seed & 0x10000 ? favourites[(seed >> 20) % sizeof(favourites)]
                                      : (uint8_t)(seed >> 24);
        }
        tc_name n;
        tc_name_normalise(tc_slice_make(bytes, length), &n);
        cr_assert_lt(n.length, TC_NAME_MAX);
        cr_assert_leq(n.local_offset + n.local_length, n.length);
        cr_assert_eq(n.text[n.length], '\0');
        cr_assert_eq(n.form == TC_NAME_NONE, n.length == 0);
    }
}

Test(name, what_is_no_name_says_why)
{
    static const struct {
        const char *raw;
        tc_name_flaw flaw;
    } flaws[] = {
        {"CORP\\anna", TC_NAME_FLAWS},
        {"anna@corp.example", TC_NAME_FLAWS},
        {"", TC_NAME_FLAWS},
        {"-", TC_NAME_FLAWS},
        {"%%1794", TC_NAME_FLAWS},
        {"S-1-0-0", TC_NAME_FLAWS},
        {"anonymous", TC_NAME_FLAWS},
        {"an\x01na", TC_NAME_FLAW_CONTROL},
        {"CORP\\an%00na", TC_NAME_FLAW_CONTROL},
        {"anna x@corp.example", TC_NAME_FLAW_BLANK},
        {"@corp.example", TC_NAME_FLAW_BLANK},
        {"a\\b\\c", TC_NAME_FLAW_OTHER},
        {"/owa/anna/x", TC_NAME_FLAW_OTHER},
    };
    char text[2 * TC_NAME_MAX];
    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < TC_COUNT_OF(flaws); i++)
        cr_expect_eq(tc_name_flaw_of(tc_slice_of(flaws[i].raw)), flaws[i].flaw, "%s", flaws[i].raw);
    cr_expect_eq(tc_name_flaw_of(tc_slice_make((const uint8_t *)text, sizeof(text))),
                 TC_NAME_FLAW_LONG);
}
