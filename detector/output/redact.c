#include "detector/output/redact.h"

#include "detector/output/flat.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/map.h"
#include "parsers/base/utf8.h"

#define PEOPLE_MAX ((size_t)1 << 20)
#define COPY_MAX ((size_t)256 << 20)
#define KEY_MAX 256
#define FREE_TEXT_MAX ((size_t)64 << 10)
#define NAME_WORDS 6 /* a known name is sought over so many words */

struct tc_redactor {
    tc_map *people; /* folded name -> number */
    uint64_t count;
    tc_arena *arena; /* of the copy */
    tc_str text;
    bool failed;
};

tc_redactor *tc_redactor_new(void)
{
    tc_redactor *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return NULL;
    r->people = tc_map_new(PEOPLE_MAX);
    r->arena = tc_arena_new(COPY_MAX);
    tc_str_init(&r->text, 8 * FREE_TEXT_MAX);
    if (r->people != NULL && r->arena != NULL) return r;
    tc_redactor_free(r);
    return NULL;
}

void tc_redactor_free(tc_redactor *r)
{
    if (r == NULL) return;
    tc_map_free(r->people);
    tc_arena_free(r->arena);
    tc_str_done(&r->text);
    tc_free(r);
}

/* -- names ---------------------------------------------------------------------------------- */

/* Under what a name is known: folded; of a very long one its hash. */
static tc_slice key_of(tc_redactor *r, tc_slice name)
{
    tc_slice key = TC_EMPTY_SLICE;
    if (!tc_utf8_fold(r->arena, tc_slice_trim(name), &key)) r->failed = true;
    if (key.len <= KEY_MAX) return key;
    uint64_t hash = tc_content_hash(key);
    if (!tc_arena_copy(r->arena, tc_slice_make(&hash, sizeof(hash)), &key)) r->failed = true;
    return key;
}

static tc_slice pseudonym_text(tc_redactor *r, uint64_t number)
{
    char text[32];
    tc_slice copy = TC_EMPTY_SLICE;
    if (number)
        snprintf(text, sizeof(text), "person-%" PRIu64, number);
    else
        snprintf(text, sizeof(text), "person");
    if (!tc_arena_copy(r->arena, tc_slice_of(text), &copy)) r->failed = true;
    return copy;
}

/* The number of a name, a new one at first sight; 0 past the bound. */
static uint64_t number_of(tc_redactor *r, tc_slice name)
{
    uint64_t *number = NULL;
    bool created = false;
    tc_status status = tc_map_put(r->people, key_of(r, name), &number, &created);
    if (tc_failed(status)) {
        if (status.code == TC_ENOMEM) r->failed = true;
        return 0;
    }
    if (created) *number = ++r->count;
    return *number;
}

static tc_slice pseudonym(tc_redactor *r, tc_slice name)
{
    if (name.len == 0) return name;
    return pseudonym_text(r, number_of(r, name));
}

/* A name that stands for somebody who has a number already. */
static void same_person(tc_redactor *r, tc_slice name, tc_slice known)
{
    uint64_t *number = NULL, is = number_of(r, known);
    bool created = false;
    if (tc_failed(tc_map_put(r->people, key_of(r, name), &number, &created))) return;
    if (created) *number = is;
}

/* -- free text ------------------------------------------------------------------------------ */

static bool is_separator(uint8_t byte)
{
    return byte <= ' ' || strchr(",;:\"()<>[]{}|=", byte) != NULL;
}

static size_t word_end(tc_slice s, size_t from)
{
    while (from < s.len && !is_separator(s.ptr[from]))
        from++;
    return from;
}

static size_t word_start(tc_slice s, size_t from)
{
    while (from < s.len && is_separator(s.ptr[from]))
        from++;
    return from;
}

/* The end of the longest known name that starts at `from`; `from` if there is none. */
static size_t known_name(tc_redactor *r, tc_slice s, size_t from, uint64_t *ret_number)
{
    size_t best = from, end = from;
    for (int words = 0; words < NAME_WORDS && end < s.len; words++) {
        end = word_end(s, words == 0 ? from : word_start(s, end));
        size_t bare = end;
        while (bare > from && (s.ptr[bare - 1] == '.' || s.ptr[bare - 1] == '\''))
            bare--;
        const size_t ends[] = {end, bare};
        for (size_t i = 0; i < TC_COUNT_OF(ends); i++) {
            if (ends[i] <= best) continue;
            tc_arena_mark mark = tc_arena_save(r->arena);
            const uint64_t *number =
                tc_map_get(r->people, key_of(r, tc_slice_sub(s, from, ends[i] - from)));
            if (number != NULL) {
                best = ends[i];
                *ret_number = *number;
            }
            tc_arena_rewind(r->arena, mark);
        }
    }
    return best;
}

/* True if the word can only be an address or an account: something on both sides of its sign. */
static bool looks_personal(tc_slice word, bool accounts)
{
    size_t at = tc_slice_find(word, '@');
    if (at != TC_NPOS && at > 0 && at + 1 < word.len) return true;
    at = accounts ? tc_slice_find(word, '\\') : TC_NPOS;
    return at != TC_NPOS && at > 0 && at + 1 < word.len;
}

/* The number of such a word. DOMAIN\a is whom `a` stands for, if that is known. */
static uint64_t personal_number(tc_redactor *r, tc_slice word)
{
    size_t at = tc_slice_find(word, '\\');
    if (at != TC_NPOS && tc_map_get(r->people, key_of(r, word)) == NULL) {
        tc_slice account = tc_slice_sub(word, at + 1, word.len);
        if (tc_map_get(r->people, key_of(r, account)) != NULL) word = account;
    }
    return number_of(r, word);
}

/* The text with pseudonyms in it, in the arena. */
static tc_slice free_text(tc_redactor *r, tc_slice s, bool accounts)
{
    tc_slice copy = TC_EMPTY_SLICE;
    s = tc_slice_sub(s, 0, FREE_TEXT_MAX);
    tc_str_clear(&r->text);
    for (size_t at = 0; at < s.len;) {
        size_t start = word_start(s, at);
        tc_str_add(&r->text, tc_slice_sub(s, at, start - at));
        if (start == s.len) break;
        uint64_t number = 0;
        size_t end = known_name(r, s, start, &number);
        at = end;
        if (end == start) {
            at = end = word_end(s, start);
            while (end > start && s.ptr[end - 1] == '.')
                end--;
            tc_slice word = tc_slice_sub(s, start, end - start);
            if (!looks_personal(word, accounts)) {
                tc_str_add(&r->text, tc_slice_sub(s, start, at - start));
                continue;
            }
            at = end;
            number = personal_number(r, word);
        }
        tc_str_add(&r->text, pseudonym_text(r, number));
    }
    if (tc_failed(tc_str_status(&r->text)) ||
        !tc_arena_copy(r->arena, tc_str_view(&r->text), &copy))
        r->failed = true;
    return copy;
}

/* -- copies --------------------------------------------------------------------------------- */

static void *copy_array(tc_redactor *r, const void *items, size_t count, size_t size)
{
    void *copy = tc_arena_get(r->arena, count, size);
    if (copy == NULL)
        r->failed = true;
    else if (count)
        memcpy(copy, items, count * size);
    return copy;
}

static void redact_crowd(tc_redactor *r, tc_alert *a)
{
    tc_alert_crowd *c = &a->crowd;
    tc_slice *names = copy_array(r, c->names, c->name_count, sizeof(*names));
    if (names == NULL) return;
    for (size_t i = 0; i < c->name_count; i++)
        names[i] = pseudonym(r, names[i]);
    c->names = names;
}

static void redact_guests(tc_redactor *r, tc_alert *a)
{
    tc_slice *names = copy_array(r, a->guests, a->guest_count, sizeof(*names));
    if (names == NULL) return;
    for (size_t i = 0; i < a->guest_count; i++)
        names[i] = pseudonym(r, names[i]);
    a->guests = names;
}

static void redact_people(tc_redactor *r, tc_alert *a)
{
    tc_alert_mailbox *mailboxes = copy_array(r, a->mailboxes, a->mailbox_count, sizeof(*mailboxes));
    tc_slice *related = copy_array(r, a->related_users, a->related_user_count, sizeof(*related));
    if (mailboxes == NULL || related == NULL) return;
    for (size_t i = 0; i < a->mailbox_count; i++)
        mailboxes[i].name = pseudonym(r, mailboxes[i].name);
    if (a->user_email.len && a->user_name.len) same_person(r, a->user_name, a->user_email);
    a->user_email = pseudonym(r, a->user_email);
    a->user_name = pseudonym(r, a->user_name);
    for (size_t i = 0; i < a->related_user_count; i++)
        related[i] = pseudonym(r, related[i]);
    a->mailboxes = mailboxes;
    a->related_users = related;
    redact_crowd(r, a);
    redact_guests(r, a);
}

static void redact_details(tc_redactor *r, tc_alert *a)
{
    tc_alert_fact *facts = copy_array(r, a->baseline, a->baseline_count, sizeof(*facts));
    tc_alert_evidence *evidence = copy_array(r, a->evidence, a->evidence_count, sizeof(*evidence));
    if (facts == NULL || evidence == NULL) return;
    for (size_t i = 0; i < a->baseline_count; i++)
        if (!facts[i].number) facts[i].text = free_text(r, facts[i].text, true);
    for (size_t i = 0; i < a->evidence_count; i++)
        evidence[i].text = TC_LIT("(line withheld)");
    a->baseline = facts;
    a->evidence = evidence;
}

const tc_alert *tc_redact_alert(tc_redactor *r, const tc_alert *alert)
{
    r->failed = false;
    tc_arena_reset(r->arena);
    tc_alert *a = copy_array(r, alert, 1, sizeof(*a));
    if (a == NULL) return NULL;
    redact_people(r, a);
    a->message = free_text(r, a->message, true);
    a->confidence_why = free_text(r, a->confidence_why, true);
    redact_details(r, a);
    return r->failed ? NULL : a;
}

static void redact_audit(tc_redactor *r, tc_summary *s)
{
    tc_audit_gap *gaps = copy_array(r, s->audit, s->audit_count, sizeof(*gaps));
    for (size_t i = 0; gaps != NULL && i < s->audit_count; i++) {
        tc_slice *names = copy_array(r, gaps[i].names, gaps[i].name_count, sizeof(*names));
        for (size_t k = 0; names != NULL && k < gaps[i].name_count; k++)
            names[k] = pseudonym(r, names[k]);
        gaps[i].names = names;
    }
    s->audit = gaps;
}

const tc_summary *tc_redact_summary(tc_redactor *r, const tc_summary *summary)
{
    r->failed = false;
    tc_arena_reset(r->arena);
    tc_summary *s = copy_array(r, summary, 1, sizeof(*s));
    if (s == NULL) return NULL;
    tc_slice *guesses = copy_array(r, s->guesses, s->guess_count, sizeof(*guesses));
    tc_coverage_row *rows = copy_array(r, s->coverage, s->coverage_count, sizeof(*rows));
    if (guesses == NULL || rows == NULL) return NULL;
    for (size_t i = 0; i < s->guess_count; i++)
        guesses[i] = free_text(r, guesses[i], false);
    for (size_t i = 0; i < s->coverage_count; i++)
        rows[i].why = free_text(r, rows[i].why, false);
    s->guesses = guesses;
    s->coverage = rows;
    redact_audit(r, s);
    return r->failed ? NULL : s;
}
