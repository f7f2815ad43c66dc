/* The languages that mailboxes and the organisation speak, and when one of them changes. */
#include "detector/correlate/derive_state.h"

/* Nothing is called foreign before so many mailboxes have shown their language. */
#define SPEAKERS_NEEDED 10
/* A language is the organisation's own from so many mailboxes, or this share, whichever is more. */
#define OWN_MAILBOXES 3
#define OWN_SHARE 0.005

uint8_t tc_derive_language_of(tc_deriver *d, tc_slice tag)
{
    for (size_t i = 0; i < d->use_count; i++)
        if (tc_slice_equal(tc_slice_of(d->uses[i].text), tag)) return (uint8_t)(i + 1);
    if (d->use_count == LANGUAGE_USES || tag.len == 0 || tag.len >= LANGUAGE_TEXT) {
        d->languages_refused += tag.len != 0;
        return 0;
    }
    language_use *use = &d->uses[d->use_count++];
    *use = (language_use){.mailboxes = 0};
    memcpy(use->text, tag.ptr, tag.len);
    return (uint8_t)d->use_count;
}

void tc_derive_languages_declare(tc_deriver *d)
{
    uint64_t before = d->languages_refused;
    for (size_t i = 0; i < d->options.language_count; i++) {
        uint8_t language = tc_derive_language_of(d, d->options.languages[i]);
        if (language) d->uses[language - 1].declared = true;
    }
    d->declared_refused = d->languages_refused - before;
}

/* Moves the person's voice; 0 = none. */
static void move_majority(tc_deriver *d, tc_person *p, uint8_t language)
{
    if (p->majority == language) return;
    if (p->majority) d->uses[p->majority - 1].mailboxes--;
    if (language) d->uses[language - 1].mailboxes++;
    if (p->majority == 0) d->speakers++;
    if (language == 0) d->speakers--;
    p->majority = language;
}

uint8_t tc_derive_language_majority(const tc_person *p)
{
    uint8_t best = 0;
    for (uint8_t i = 1; i < p->language_count; i++)
        if (p->languages[i].count > p->languages[best].count) best = i;
    return p->language_count ? p->languages[best].language : 0;
}

static void count_language(tc_deriver *d, tc_person *p, uint8_t language, uint16_t times)
{
    uint8_t i = 0;
    while (i < p->language_count && p->languages[i].language != language)
        i++;
    if (i == p->language_count) {
        if (p->language_count == TC_PERSON_LANGUAGES) return;
        p->languages[p->language_count++] = (tc_spoken){language, 0};
    }
    uint16_t *count = &p->languages[i].count;
    *count = (uint16_t)TC_MIN((uint32_t)*count + times, (uint32_t)UINT16_MAX);
    p->messages += times;
    move_majority(d, p, tc_derive_language_majority(p));
}

void tc_derive_language_forget(tc_deriver *d, const tc_person *p)
{
    if (p->majority == 0) return;
    d->uses[p->majority - 1].mailboxes--;
    d->speakers--;
}

tc_foreignness tc_derive_foreign(const tc_deriver *d, const tc_person *p, uint8_t language)
{
    if (language == 0) return TC_FOREIGN_UNKNOWN;
    const language_use *use = &d->uses[language - 1];
    if (use->declared) return TC_FOREIGN_NO;
    uint64_t others = use->mailboxes - (p != NULL && p->majority == language ? 1 : 0);
    uint64_t speakers = d->speakers - (p != NULL && p->majority != 0 ? 1 : 0);
    if (speakers < SPEAKERS_NEEDED)
        return d->options.language_count ? TC_FOREIGN_YES : TC_FOREIGN_UNKNOWN;
    double needed = TC_MAX((double)OWN_MAILBOXES, OWN_SHARE * (double)speakers);
    return (double)others < needed ? TC_FOREIGN_YES : TC_FOREIGN_NO;
}

void tc_derive_language_count(tc_deriver *d, tc_person *p, uint8_t language)
{
    count_language(d, p, language, 1);
}

/* -- change --------------------------------------------------------------------------------- */

/* A language is established anew by so many messages in a row. */
#define ADOPTED_AFTER 2
#define STABLE_MAX 64

static uint32_t seconds_of(tc_time time)
{
    return time <= 0 ? 0 : (uint32_t)TC_MIN(time / TC_SECOND, (int64_t)UINT32_MAX);
}

static uint32_t days_between(uint32_t from, uint32_t to)
{
    return to > from ? (to - from) / 86400 : 0;
}

static uint8_t streak_with(const tc_established *e, uint8_t language)
{
    if (language == e->language) return 0;
    return (uint8_t)(language == e->candidate && e->streak < UINT8_MAX ? e->streak + 1 : 1);
}

void tc_derive_language_change(tc_deriver *d, const tc_person *p, uint8_t language, tc_time time)
{
    const tc_established *e = &p->established;
    unsigned events = (unsigned)e->stable + (unsigned)e->other;
    if (e->language == 0 || language == 0 || events == 0) return;
    tc_overlay_set_text(&d->overlay, TC_FIELD_LANGUAGE_BEFORE,
                        tc_slice_of(d->uses[e->language - 1].text));
    tc_derive_number(d, TC_FIELD_LANGUAGE_SHARE, (double)(100u * e->stable / events));
    tc_derive_number(d, TC_FIELD_LANGUAGE_EVENTS, events);
    tc_derive_number(d, TC_FIELD_LANGUAGE_DAYS, days_between(e->first, seconds_of(time)));
    tc_derive_number(d, TC_FIELD_LANGUAGE_STREAK, streak_with(e, language));
}

void tc_derive_language_note(tc_person *p, uint8_t language, tc_time time)
{
    tc_established *e = &p->established;
    if (e->language == 0) *e = (tc_established){.language = language, .first = seconds_of(time)};
    uint8_t streak = streak_with(e, language);
    if (streak >= ADOPTED_AFTER) {
        *e = (tc_established){.language = language, .stable = streak, .first = e->first};
        return;
    }
    /* A run in another language counts against the established one when it has ended. */
    if (streak <= 1) e->other = (uint8_t)(e->other + e->streak);
    e->candidate = streak ? language : 0;
    e->streak = streak;
    if (streak == 0) e->stable++;
    if (e->stable + e->other < STABLE_MAX) return;
    e->stable /= 2;
    e->other /= 2;
}

/* Of two names of one mailbox the one with more messages knows better. */
static void fold_established(tc_established *into, const tc_established *from)
{
    if (from->language == 0) return;
    bool more = into->stable + into->other < from->stable + from->other;
    uint32_t first = into->language ? TC_MIN(into->first, from->first) : from->first;
    if (more) *into = *from;
    into->first = first;
}

void tc_derive_language_fold(tc_deriver *d, tc_person *into, const tc_person *from)
{
    tc_derive_language_forget(d, from);
    fold_established(&into->established, &from->established);
    for (uint8_t i = 0; i < from->language_count; i++)
        count_language(d, into, from->languages[i].language, from->languages[i].count);
}
