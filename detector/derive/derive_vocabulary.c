/* Which languages each mailbox uses, and which are the organisation's own. */
#include "detector/derive/derive_state.h"

/* Nothing is called foreign before so many mailboxes have shown their language. */
#define SPEAKERS_NEEDED 10
/* A language is the organisation's own from so many mailboxes, or this share, whichever is more. */
#define OWN_MAILBOXES 3
#define OWN_SHARE 0.005
/* Below so many, or this share, whichever is more, the organisation's own language is rare. */
#define RARE_MAILBOXES 6
#define RARE_SHARE 0.05
/* A mailbox votes for what it used on so many days. Who breaks in brings a language that was
 * foreign to a mailbox that had others: that has a vote only when it has stayed. */
#define SETTLED_DAYS 2
#define ADOPTED_DAYS 10

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
    for (size_t i = 0; i < d->options.foreign_count; i++) {
        uint8_t language = tc_derive_language_of(d, d->options.foreign[i]);
        if (language) d->uses[language - 1].refused = true;
    }
    d->declared_refused = d->languages_refused - before;
}

/* -- votes ---------------------------------------------------------------------------------- */

static bool has_vote(const tc_spoken *s)
{
    return s->days >= (s->intruding ? ADOPTED_DAYS : SETTLED_DAYS);
}

static unsigned votes_of(const tc_person *p)
{
    unsigned votes = 0;
    for (uint8_t i = 0; i < p->language_count; i++)
        votes += has_vote(&p->languages[i]);
    return votes;
}

void tc_derive_vocabulary_add(tc_deriver *d, const tc_person *p)
{
    for (uint8_t i = 0; i < p->language_count; i++)
        d->uses[p->languages[i].language - 1].mailboxes += has_vote(&p->languages[i]);
    d->speakers += votes_of(p) != 0;
}

void tc_derive_vocabulary_remove(tc_deriver *d, const tc_person *p)
{
    for (uint8_t i = 0; i < p->language_count; i++)
        d->uses[p->languages[i].language - 1].mailboxes -= has_vote(&p->languages[i]);
    d->speakers -= votes_of(p) != 0;
}

/* -- what a mailbox uses -------------------------------------------------------------------- */

/* Its place among the person's; their number if it is not there. */
static uint8_t place_of(const tc_person *p, uint8_t language)
{
    uint8_t i = 0;
    while (i < p->language_count && p->languages[i].language != language)
        i++;
    return i;
}

static tc_spoken *spoken_of(tc_person *p, uint8_t language)
{
    uint8_t i = place_of(p, language);
    return i < p->language_count ? &p->languages[i] : NULL;
}

unsigned tc_derive_vocabulary_uses(const tc_person *p)
{
    unsigned uses = 0;
    for (uint8_t i = 0; i < p->language_count; i++)
        uses += p->languages[i].uses;
    return uses;
}

bool tc_derive_vocabulary_lacks(const tc_person *p, uint8_t language)
{
    uint8_t i = place_of(p, language);
    if (i == p->language_count) return true;
    return p->languages[i].intruding && !has_vote(&p->languages[i]);
}

uint8_t tc_derive_vocabulary_usual(const tc_person *p)
{
    const tc_spoken *best = NULL;
    for (uint8_t i = 0; i < p->language_count; i++)
        if (best == NULL || p->languages[i].uses > best->uses) best = &p->languages[i];
    return best != NULL ? best->language : 0;
}

/* Of those that are full the one used least makes room, unless it has a vote. */
static tc_spoken *spoken_room(tc_person *p)
{
    if (p->language_count < TC_PERSON_LANGUAGES) return &p->languages[p->language_count++];
    tc_spoken *least = NULL;
    for (uint8_t i = 0; i < p->language_count; i++) {
        tc_spoken *s = &p->languages[i];
        if (!has_vote(s) && (least == NULL || s->uses < least->uses)) least = s;
    }
    return least;
}

static tc_spoken *spoken_make(tc_deriver *d, tc_person *p, uint8_t language, tc_time time)
{
    tc_time learned = tc_time_add((tc_time)p->established.first * TC_SECOND, d->options.learn_ns);
    bool intruding = time >= learned && tc_derive_vocabulary_uses(p) >= TC_LANGUAGE_HISTORY &&
                     tc_derive_foreign(d, p, language) == TC_FOREIGN_YES;
    tc_spoken *s = spoken_room(p);
    if (s == NULL) return NULL;
    *s = (tc_spoken){.language = language, .intruding = intruding};
    if (intruding) tc_derive_withhold(d, TC_WITHHELD_LANGUAGE, p, language, 0, time);
    return s;
}

void tc_derive_vocabulary_use(tc_deriver *d, tc_person *p, uint8_t language, tc_time time)
{
    tc_spoken *s = spoken_of(p, language);
    uint8_t day = (uint8_t)(tc_derive_day(time) & 0xFF);
    if (s == NULL) s = spoken_make(d, p, language, time);
    if (s == NULL) return;
    tc_derive_vocabulary_remove(d, p);
    bool other_day = s->uses == 0 || s->day != day;
    if (other_day && s->days < TC_SPOKEN_DAYS_MAX) s->days++;
    if (s->uses < TC_SPOKEN_USES_MAX) s->uses++;
    s->day = day;
    tc_derive_vocabulary_add(d, p);
}

void tc_derive_vocabulary_give(tc_deriver *d, tc_person *p, uint8_t language)
{
    tc_spoken *s = spoken_of(p, language);
    if (s == NULL) {
        s = spoken_room(p);
        if (s == NULL) return;
        *s = (tc_spoken){.language = language};
    }
    tc_derive_vocabulary_remove(d, p);
    s->intruding = false;
    tc_derive_vocabulary_add(d, p);
}

void tc_derive_vocabulary_adopt(tc_deriver *d, tc_person *p, uint8_t language)
{
    tc_spoken *s = spoken_of(p, language);
    if (s == NULL) return;
    tc_derive_vocabulary_remove(d, p);
    s->intruding = false;
    tc_derive_vocabulary_add(d, p);
}

static void fold_spoken(tc_person *into, const tc_spoken *from)
{
    tc_spoken *s = spoken_of(into, from->language);
    if (s == NULL) {
        s = spoken_room(into);
        if (s != NULL) *s = *from;
        return;
    }
    /* The days of both may be the same ones: the more of the two is sure. */
    unsigned uses = (unsigned)s->uses + from->uses;
    s->uses = (uint16_t)(TC_MIN(uses, (unsigned)TC_SPOKEN_USES_MAX) & TC_SPOKEN_USES_MAX);
    if (from->days > s->days) s->days = from->days;
    s->intruding = s->intruding && from->intruding;
    s->day = from->day;
}

void tc_derive_vocabulary_fold(tc_deriver *d, tc_person *into, const tc_person *from)
{
    tc_derive_vocabulary_remove(d, from);
    tc_derive_vocabulary_remove(d, into);
    for (uint8_t i = 0; i < from->language_count; i++)
        fold_spoken(into, &from->languages[i]);
    tc_derive_vocabulary_add(d, into);
}

/* -- foreign -------------------------------------------------------------------------------- */

/* Of the other mailboxes those that vote for anything, and those that vote for the language. */
static void count_others(const tc_deriver *d, const tc_person *p, uint8_t language,
                         uint64_t *speakers, uint64_t *users)
{
    uint8_t own = p != NULL ? place_of(p, language) : 0;
    bool votes = p != NULL && own < p->language_count && has_vote(&p->languages[own]);
    *users = d->uses[language - 1].mailboxes - (votes ? 1 : 0);
    *speakers = d->speakers - (p != NULL && votes_of(p) != 0 ? 1 : 0);
}

tc_foreignness tc_derive_foreign(const tc_deriver *d, const tc_person *p, uint8_t language)
{
    uint64_t speakers, users;
    if (language == 0) return TC_FOREIGN_UNKNOWN;
    if (d->uses[language - 1].declared) return TC_FOREIGN_NO;
    if (d->uses[language - 1].refused) return TC_FOREIGN_YES;
    count_others(d, p, language, &speakers, &users);
    if (speakers < SPEAKERS_NEEDED)
        return d->options.language_count ? TC_FOREIGN_YES : TC_FOREIGN_UNKNOWN;
    double needed = TC_MAX((double)OWN_MAILBOXES, OWN_SHARE * (double)speakers);
    return (double)users < needed ? TC_FOREIGN_YES : TC_FOREIGN_NO;
}

bool tc_derive_language_rare(const tc_deriver *d, const tc_person *p, uint8_t language)
{
    uint64_t speakers, users;
    if (tc_derive_foreign(d, p, language) == TC_FOREIGN_YES) return true;
    if (language == 0 || d->uses[language - 1].declared) return false;
    count_others(d, p, language, &speakers, &users);
    return speakers >= SPEAKERS_NEEDED &&
           (double)users < TC_MAX((double)RARE_MAILBOXES, RARE_SHARE * (double)speakers);
}
