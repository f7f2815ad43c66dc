/* What kind of wave of password changes it is. Passwords that expire together, a help desk's Monday
 * and the defenders' own call to change them all look like many changes at once; what an attack has
 * and they have not is strangers: accounts that were entered from a new source just before, or just
 * after somebody reset them. Figures as fields, and one word for what they come to. */
#include "detector/derive/derive_state.h"

#define YOUNGEST_POLICY 25 /* days; no policy is shorter */
#define POLICY_SEEN 10     /* changes at about that age, for it to be one */
#define POLICY_DAYS 2      /* give or take */
#define WORK_SEEN 200      /* sessions, before it is known when people work */

#define STRANGERS_LEAST 3 /* accounts */

/* Shares of the changes. */
#define EXPIRY_FROM 0.7
#define STRANGERS_ALONE 0.3
#define STRANGERS_BESIDE 0.15
#define ACTOR_FROM 0.3
#define OFF_HOURS_FROM 0.4

void tc_derive_wave_hour(tc_deriver *d, tc_time now)
{
    d->wave.hours[(uint64_t)(now / TC_HOUR) % 24]++;
}

/* Less than a quarter of what an hour has on the average. */
static bool is_off_hours(const wave *w, tc_time now)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < TC_COUNT_OF(w->hours); i++)
        sum += w->hours[i];
    return sum >= WORK_SEEN && w->hours[(uint64_t)(now / TC_HOUR) % 24] * 4 * 24 < sum;
}

/* How many changes were made at about that age. */
static uint32_t near_age(const wave *w, size_t age)
{
    uint32_t count = 0;
    size_t from = age > POLICY_DAYS ? age - POLICY_DAYS : 0;
    for (size_t i = from; i <= age + POLICY_DAYS && i < WAVE_AGES; i++)
        count += w->ages[i];
    return count;
}

/* The age that most passwords reach; 0 if none is known. */
static size_t policy_of(const tc_deriver *d)
{
    size_t best = 0;
    uint32_t most = POLICY_SEEN - 1;
    if (d->options.password_days) return d->options.password_days;
    for (size_t age = YOUNGEST_POLICY; age < WAVE_AGES; age++) {
        if (near_age(&d->wave, age) <= most) continue;
        most = near_age(&d->wave, age);
        best = age;
    }
    return best;
}

uint32_t tc_derive_wave_policy(const tc_deriver *d, uint32_t *ret_changes)
{
    size_t days = policy_of(d);
    *ret_changes = days ? near_age(&d->wave, days) : 0;
    return (uint32_t)days;
}

void tc_derive_wave_judge(tc_deriver *d, const tc_person *p, change *c)
{
    int64_t age = c->time / TC_DAY - p->change_day;
    c->off_hours = is_off_hours(&d->wave, c->time);
    c->aged = p->change_day != INT32_MIN && age > 0;
    if (!c->aged) return;
    size_t policy = policy_of(d), days = (size_t)age;
    c->expired = policy != 0 && days + POLICY_DAYS >= policy && days <= policy + POLICY_DAYS;
    if (days < WAVE_AGES && d->wave.ages[days] < UINT32_MAX / 8) d->wave.ages[days]++;
}

void tc_derive_wave_count(wave *w, const change *c, int by)
{
    uint64_t one = by > 0 ? 1 : UINT64_MAX; /* minus one, modulo 2^64 */
    w->entered += c->entered ? one : 0;
    w->off_hours += c->off_hours ? one : 0;
    w->aged += c->aged ? one : 0;
    w->expired += c->expired ? one : 0;
}

static bool is_response(const tc_deriver *d, tc_time now)
{
    tc_time since = d->options.response_since;
    return since != 0 && now >= since && tc_time_between(since, now) <= TC_RESPONSE_LASTS;
}

typedef struct shares {
    double expired, strangers, actor, off_hours;
    bool several; /* strangers */
} shares;

static tc_slice class_of(const tc_deriver *d, const shares *s, tc_time now)
{
    bool beside = s->actor >= ACTOR_FROM || s->off_hours >= OFF_HOURS_FROM;
    if (is_response(d, now)) return TC_LIT("response");
    if (s->expired >= EXPIRY_FROM) return TC_LIT("expiry");
    double enough = beside ? STRANGERS_BESIDE : STRANGERS_ALONE;
    if (s->several && s->strangers >= enough) return TC_LIT("attack-suspect");
    return TC_LIT("unknown");
}

void tc_derive_wave_class(tc_deriver *d, tc_time now)
{
    wave *w = &d->wave;
    tc_reset_day day = tc_resets_day(d->resets, now);
    double changes = (double)w->count, all = changes + day.resets;
    shares s = {0};
    if (w->count == 0) return;
    s.expired = (double)w->expired / changes;
    s.strangers = ((double)w->entered + day.entered) / all;
    s.several = w->entered + day.entered >= STRANGERS_LEAST;
    s.actor = day.busiest / all;
    s.off_hours = (double)w->off_hours / changes;
    tc_slice class = class_of(d, &s, now);
    w->suspect |= tc_slice_equal(class, TC_LIT("attack-suspect"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_WAVE_CLASS, class);
    tc_derive_number(d, TC_FIELD_WAVE_AGED, s.expired);
    tc_derive_number(d, TC_FIELD_WAVE_ENTERED, s.strangers);
    tc_derive_number(d, TC_FIELD_WAVE_ACTOR, s.actor);
    tc_derive_number(d, TC_FIELD_WAVE_OFF_HOURS, s.off_hours);
}
