/* The language that a mailbox's system messages are established in, and when it changes. */
#include "detector/derive/derive_state.h"

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

void tc_derive_language_history(tc_deriver *d, const tc_person *p, uint8_t language, tc_time time)
{
    tc_foreignness foreign = tc_derive_foreign(d, p, language);
    if (foreign != TC_FOREIGN_UNKNOWN)
        tc_overlay_set_bool(&d->overlay, TC_FIELD_LANGUAGE_FOREIGN, foreign == TC_FOREIGN_YES);
    if (p == NULL || language == 0) return;
    tc_overlay_set_bool(&d->overlay, TC_FIELD_LANGUAGE_NEW,
                        tc_derive_vocabulary_lacks(p, language));
    tc_derive_number(d, TC_FIELD_LANGUAGE_USES, tc_derive_vocabulary_uses(p));
    tc_derive_number(d, TC_FIELD_LANGUAGE_SPEAKERS, (double)d->speakers);
    if (p->established.first)
        tc_derive_number(d, TC_FIELD_LANGUAGE_DAYS,
                         days_between(p->established.first, seconds_of(time)));
    tc_derive_access(d, p, time);
}

tc_intrusion tc_derive_language_intrudes(const tc_deriver *d, const tc_person *p, uint8_t language,
                                         bool strangers)
{
    bool has_history = tc_derive_vocabulary_uses(p) >= TC_LANGUAGE_HISTORY;
    if (!has_history && !strangers) return TC_INTRUDES_NOT;
    if (!tc_derive_vocabulary_lacks(p, language) || !tc_derive_language_rare(d, p, language))
        return TC_INTRUDES_NOT;
    if (has_history || tc_derive_foreign(d, p, language) == TC_FOREIGN_YES) return TC_INTRUDES;
    return TC_INTRUDES_HALF;
}

void tc_derive_language_use(tc_deriver *d, tc_person *p, uint8_t language, tc_time time)
{
    if (p->established.first == 0) p->established.first = seconds_of(time);
    tc_derive_vocabulary_use(d, p, language, time);
}

/* In its own language again, behind messages in a foreign one: a few, or so many that it was
 * established. */
static bool is_back(const tc_deriver *d, const tc_person *p, uint8_t language)
{
    const tc_established *e = &p->established;
    uint8_t left = e->language == language ? e->candidate : e->language;
    return left != 0 && left != language && !tc_derive_vocabulary_lacks(p, language) &&
           tc_derive_foreign(d, p, language) == TC_FOREIGN_NO &&
           tc_derive_foreign(d, p, left) == TC_FOREIGN_YES;
}

void tc_derive_language_change(tc_deriver *d, const tc_person *p, uint8_t language)
{
    const tc_established *e = &p->established;
    unsigned events = (unsigned)e->stable + (unsigned)e->other;
    if (e->language == 0 || language == 0 || events == 0) return;
    tc_overlay_set_text(&d->overlay, TC_FIELD_LANGUAGE_BEFORE,
                        tc_slice_of(d->uses[e->language - 1].text));
    tc_derive_number(d, TC_FIELD_LANGUAGE_SHARE, (double)(100u * e->stable / events));
    tc_derive_number(d, TC_FIELD_LANGUAGE_EVENTS, events);
    tc_derive_number(d, TC_FIELD_LANGUAGE_STREAK, streak_with(e, language));
    if (is_back(d, p, language)) tc_overlay_set_bool(&d->overlay, TC_FIELD_LANGUAGE_BACK, true);
}

tc_slice tc_derive_language_usual(const tc_deriver *d, const tc_person *p)
{
    uint8_t usual = p->established.language;
    if (usual == 0) usual = tc_derive_vocabulary_usual(p);
    return usual ? tc_slice_of(d->uses[usual - 1].text) : TC_EMPTY_SLICE;
}

void tc_derive_language_note(tc_person *p, uint8_t language)
{
    tc_established *e = &p->established;
    if (e->language == 0) e->language = language;
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
    bool more = into->stable + into->other < from->stable + from->other;
    uint32_t first = into->first;
    if (first == 0 || (from->first != 0 && from->first < first)) first = from->first;
    if (more) *into = *from;
    into->first = first;
}

void tc_derive_language_fold(tc_deriver *d, tc_person *into, const tc_person *from)
{
    fold_established(&into->established, &from->established);
    into->messages += from->messages;
    tc_derive_vocabulary_fold(d, into, from);
}
