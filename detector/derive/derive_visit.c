/* The deriver as saved state. What is counted of persons is counted anew. */
#include "detector/derive/derive_state.h"

/* -- coverage ------------------------------------------------------------------------------- */

static void visit_coverage(tc_deriver *d, tc_visit *v)
{
    tc_derive_coverage *c = &d->coverage;
    uint64_t *counts[] = {&c->sessions,
                          &c->remote_sessions,
                          &c->internal_sessions,
                          &c->logons_succeeded,
                          &c->logons_failed,
                          &c->system_messages,
                          &c->unreadable_messages,
                          &c->blank_subjects,
                          &c->password_resets,
                          &c->password_changes,
                          &c->web_records_without_address,
                          &c->mailboxes_forgotten,
                          &c->unvouched_messages,
                          &c->unproven_messages,
                          &c->routine_resets,
                          &c->egress_sessions,
                          &c->shared_sessions,
                          &c->doubted_sessions,
                          &c->garbled_messages};
    tc_time *times[] = {&c->first_web,    &c->last_web,      &c->first_message,
                        &c->last_message, &c->first_account, &c->last_account};
    if (!tc_visit_begin(v, "deriver coverage", 6)) return;
    for (size_t i = 0; i < TC_COUNT_OF(counts); i++)
        tc_visit_u64(v, counts[i]);
    for (size_t i = 0; i < TC_NAME_FLAWS; i++)
        tc_visit_u64(v, &c->flawed[i]);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++)
        tc_visit_time(v, times[i]);
    tc_visit_bool(v, &c->forwarded_ignored);
    tc_visit_below(v, &c->audit_types, 1u << TC_AUDIT_TYPE_COUNT);
    tc_visit_bool(v, &c->audit_off);
    tc_visit_end(v);
}

/* -- languages ------------------------------------------------------------------------------ */

static void visit_language(tc_deriver *d, tc_visit *v, size_t at)
{
    char text[LANGUAGE_TEXT] = "";
    if (!tc_visit_loads(v)) memcpy(text, d->uses[at].text, sizeof(text));
    tc_visit_cstr(v, text, sizeof(text));
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    if (tc_derive_language_of(d, tc_slice_of(text)) != at + 1)
        tc_visit_refuse(v, "a language has no name or stands twice");
}

/* How many of the declared ones were refused is this run's own. */
static void visit_languages(tc_deriver *d, tc_visit *v)
{
    uint64_t refused = d->languages_refused - d->declared_refused;
    size_t count = d->use_count;
    if (!tc_visit_begin(v, "deriver languages", 1)) return;
    tc_visit_u64(v, &refused);
    tc_visit_count(v, &count, LANGUAGE_USES);
    if (tc_visit_loads(v)) d->use_count = 0;
    for (size_t i = 0; i < count; i++)
        visit_language(d, v, i);
    tc_visit_end(v);
    if (!tc_visit_loads(v)) return;
    d->languages_refused = refused;
    tc_derive_languages_declare(d);
}

/* -- messages lately ------------------------------------------------------------------------ */

static void load_message(tc_deriver *d, tc_visit *v, const recent_message *r)
{
    if (tc_visit_failed(v)) return;
    d->recent[d->recent_at] = *r;
    d->recent_at = (d->recent_at + 1) % RECENT_MESSAGES;
    d->recent_count++;
    if (tc_failed(tc_keymap_put(&d->recent_index, r->hash, 1)))
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
}

static void visit_messages(tc_deriver *d, tc_visit *v)
{
    size_t count = d->recent_count, oldest = d->recent_at + RECENT_MESSAGES - d->recent_count;
    if (!tc_visit_begin(v, "deriver messages", 1)) return;
    tc_visit_u64(v, &d->recent_given_up);
    tc_visit_count(v, &count, RECENT_MESSAGES);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        recent_message r = d->recent[(oldest + i) % RECENT_MESSAGES];
        tc_visit_u64(v, &r.hash);
        tc_visit_time(v, &r.time);
        if (tc_visit_loads(v)) load_message(d, v, &r);
    }
    tc_visit_end(v);
}

/* -- balancers ------------------------------------------------------------------------------ */

static void visit_candidate(tc_visit *v, nat_candidate *c)
{
    size_t count = c->mailbox_count;
    tc_visit_ip(v, &c->ip);
    tc_visit_u64(v, &c->sessions);
    tc_visit_count(v, &count, NAT_MAILBOXES);
    for (size_t i = 0; i < count; i++)
        tc_visit_u64(v, &c->mailboxes[i]);
    if (tc_visit_loads(v)) c->mailbox_count = (uint32_t)count;
}

static void visit_nat(tc_deriver *d, tc_visit *v)
{
    size_t count = d->nat_count;
    if (!tc_visit_begin(v, "deriver balancers", 1)) return;
    tc_visit_count(v, &count, NAT_ADDRESSES);
    for (size_t i = 0; i < count; i++)
        visit_candidate(v, &d->nat[i]);
    if (tc_visit_loads(v)) d->nat_count = count;
    tc_visit_end(v);
}

/* -- password changes ----------------------------------------------------------------------- */

static void visit_change(tc_visit *v, change *c)
{
    tc_visit_time(v, &c->time);
    tc_visit_u64(v, &c->key);
    tc_visit_u32(v, &c->target);
    tc_visit_bool(v, &c->entered);
    tc_visit_bool(v, &c->off_hours);
    tc_visit_bool(v, &c->aged);
    tc_visit_bool(v, &c->expired);
}

static void load_change(tc_deriver *d, tc_visit *v)
{
    wave *w = &d->wave;
    if (!tc_derive_wave_room(d)) {
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
        return;
    }
    change *c = tc_derive_wave_change(w, w->count++);
    *c = (change){0};
    visit_change(v, c);
    tc_derive_wave_count(w, c, 1);
}

static void visit_habits(tc_visit *v, wave *w)
{
    for (size_t i = 0; i < WAVE_AGES; i++)
        tc_visit_below(v, &w->ages[i], UINT32_MAX / 8 + 1);
    for (size_t i = 0; i < TC_COUNT_OF(w->hours); i++) {
        tc_visit_u64(v, &w->hours[i]);
        if (w->hours[i] > UINT64_MAX / 4096) tc_visit_refuse(v, "more sessions than there can be");
    }
}

static void visit_wave(tc_deriver *d, tc_visit *v)
{
    wave *w = &d->wave;
    size_t count = w->count;
    if (!tc_visit_begin(v, "deriver password changes", 4)) return;
    tc_visit_u64(v, &w->given_up);
    tc_visit_bool(v, &w->suspect);
    tc_past_counts_visit(&w->history, v, WAVE_DAYS, TC_DAY);
    visit_habits(v, w);
    tc_visit_count(v, &count, CHANGES_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v))
            load_change(d, v);
        else
            visit_change(v, tc_derive_wave_change(w, i));
    }
    tc_visit_end(v);
}

/* -- the whole ------------------------------------------------------------------------------ */

/* What a section of another version would have held. */
typedef struct lost_parts {
    bool languages, wave, people, habits;
} lost_parts;

static bool is_lost(const tc_visit *v, size_t *passed_over)
{
    size_t before = *passed_over;
    *passed_over = tc_visit_passed_over(v);
    return *passed_over != before;
}

static bool speaks_listed(const tc_deriver *d, const tc_person *p)
{
    for (uint8_t i = 0; i < p->language_count; i++)
        if (p->languages[i].language == 0 || p->languages[i].language > d->use_count) return false;
    return p->established.language <= d->use_count;
}

static void settle_person(const tc_deriver *d, tc_visit *v, lost_parts lost, tc_person *p)
{
    if (lost.wave) p->changes = 0;
    if (lost.languages) {
        p->language_count = 0;
        p->established = (tc_established){0};
    }
    if (!speaks_listed(d, p)) tc_visit_refuse(v, "a mailbox speaks a language without a name");
}

/* The parts speak of one another: what is missing of one is missing of the others too. */
static void settle(tc_deriver *d, tc_visit *v, lost_parts lost)
{
    for (uint32_t number = 1; number <= tc_people_last(d->people); number++) {
        tc_person *p = tc_people_numbered(d->people, number);
        if (p != NULL) settle_person(d, v, lost, p);
    }
    if (lost.people) d->wave.count = 0;
    if (lost.languages) tc_withheld_drop(d->withheld, TC_WITHHELD_LANGUAGE);
    if (lost.habits) tc_withheld_drop(d->withheld, TC_WITHHELD_HABIT);
    if (lost.wave) tc_withheld_drop(d->withheld, TC_WITHHELD_WAVE);
    /* Nothing is new to those of whom nothing is known: learning begins again. */
    if (lost.people || lost.habits) d->coverage.first_web = TC_TIME_NONE;
    if (!tc_visit_failed(v)) tc_derive_recount(d);
}

void tc_deriver_visit(tc_deriver *d, tc_visit *v, tc_references *r)
{
    size_t passed_over = tc_visit_passed_over(v);
    lost_parts lost;
    visit_languages(d, v);
    lost.languages = is_lost(v, &passed_over);
    visit_wave(d, v);
    lost.wave = is_lost(v, &passed_over);
    tc_people_visit(d->people, v);
    lost.people = is_lost(v, &passed_over);
    tc_sessions_visit(d->sessions, v);
    tc_sessions_visit(d->programs, v);
    tc_logons_visit(d->logons, v, r);
    tc_refusals_visit(d->refusals, v, r);
    tc_twins_visit(d->tries, "refused logons told twice", v);
    tc_visits_visit(d->visits, v);
    tc_cultures_visit(d->cultures, v, r);
    tc_familiars_visit(d->familiars, v);
    (void)is_lost(v, &passed_over);
    tc_habits_visit(d->habits, v);
    tc_familiars_visit(d->crowds, v);
    lost.habits = is_lost(v, &passed_over);
    tc_strangers_visit(d->strangers, v, r);
    tc_sprays_visit(d->sprays, v);
    tc_resets_visit(d->resets, v);
    tc_routines_visit(d->routines, v);
    tc_resetters_visit(d->resetters, v);
    tc_wire_deeds_visit(d->wire_deeds, v);
    tc_doors_visit(d->doors, v);
    tc_rates_visit(d->rates, v);
    tc_silences_visit(d->silences, v);
    tc_withheld_visit(d->withheld, v);
    visit_messages(d, v);
    visit_nat(d, v);
    visit_coverage(d, v);
    if (tc_visit_loads(v) && !tc_visit_failed(v)) settle(d, v, lost);
}
