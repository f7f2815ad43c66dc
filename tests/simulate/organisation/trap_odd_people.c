/* A merger, machines that watch the webmail, holidays, one mailbox of many, a wrong language pack.
 */
#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/trap_odd.h"
#include "tests/simulate/organisation/truth.h"

/* A company abroad is bought: its people come in one day, in their language, and some go there. */
void odd_merger(org *o, rng *r)
{
    static const char *const tongues[] = {"tr-TR", "ru-RU", "vi-VN", "ko-KR"};
    const culture *c = culture_of(tongues[rng_below(r, TC_COUNT_OF(tongues))]);
    uint32_t day = odd_day(o, r);
    double share = rng_between(r, 0.06, 0.2);
    for (uint32_t i = odd_user(o, 0, share, r); i != UINT32_MAX; i = odd_user(o, i + 1, share, r)) {
        person *m = &o->mailboxes[i];
        m->joined = day;
        m->left = o->opt.days + 1;
        m->own = c;
        m->home = internet_find(o, NET_HOME, c->country, rng_below(r, 4));
        m->mobile = internet_find(o, NET_MOBILE, c->country, 0);
        m->owa_rate = TC_MAX(m->owa_rate, 0.5);
        memset(m->spells, 0, sizeof(m->spells));
        m->spells[0] = (spell){(uint16_t)(day + 5), 4, NULL, true, 0};
        truth_trap(o, "B20", org_day(o, day), org_day(o, o->opt.days), i, NULL, "merger");
    }
    for (uint32_t k = 0; k < 4; k++) {
        person *m = &o->mailboxes[people_any(o, r, BOX_USER)];
        m->spells[0] = (spell){(uint16_t)(day + rng_below(r, 6)), 4, c->country, false, 1};
        truth_trap(o, "B20", org_day(o, day), org_day(o, o->opt.days), m->number, NULL, "visitor");
    }
}

/* A service logs on from several countries every few hours, to boxes of its own. */
void odd_monitor(org *o, rng *r)
{
    uint32_t day = odd_day(o, r), boxes[2];
    for (size_t i = 0; i < TC_COUNT_OF(boxes); i++) {
        boxes[i] = people_any(o, r, BOX_SHARED);
        for (uint32_t k = 0; k < 8 * (o->opt.days - day); k++) {
            errand e = {.at = org_day(o, day) + (tc_time)k * 3 * TC_HOUR +
                              (tc_time)rng_below(r, 3000) * TC_SECOND,
                        .run = odd_visit,
                        .mailbox = boxes[i],
                        .campaign = -1,
                        .text = "B21"};
            static const char *const at[] = {"US", "DE", "JP", "BR"};
            internet_v4(internet_find(o, NET_HOSTING, at[k % 4], 0), k % 4, e.ip);
            snprintf(e.agent, sizeof(e.agent), "Mozilla/5.0+(compatible;+UpWatch/3.1)");
            agenda_add(o, e);
        }
    }
}

/* Two weeks in which four of ten are away, most of them at a few shores. */
void odd_holiday(org *o, rng *r)
{
    static const char *const shores[] = {"ES", "IT", "EL", "TR", "HR", "TH"};
    uint32_t day = odd_day(o, r);
    for (uint32_t i = odd_user(o, 0, 0.4, r); i != UINT32_MAX; i = odd_user(o, i + 1, 0.4, r)) {
        person *m = &o->mailboxes[i];
        bool abroad = rng_chance(r, 0.7);
        m->spells[0] = (spell){(uint16_t)(day + rng_below(r, 6)), (uint16_t)(6 + rng_below(r, 8)),
                               abroad ? shores[rng_below(r, TC_COUNT_OF(shores))] : NULL,
                               rng_chance(r, 0.7), rng_below(r, 3)};
        truth_trap(o, "B22", org_day(o, day), org_day(o, o->opt.days), i, NULL, "holidays");
    }
}

/* Six people log on as one mailbox, from their homes, each in his language. */
void odd_shared(org *o, rng *r)
{
    for (uint32_t n = 0; n < 2; n++) {
        uint32_t box = people_any(o, r, BOX_SHARED), day = odd_day(o, r);
        for (uint32_t i = 0; i < 6; i++) {
            const person *m = &o->mailboxes[people_any(o, r, BOX_USER)];
            for (uint32_t on = day; on < o->opt.days; on += 1 + rng_below(r, 4)) {
                errand e = {.at = people_free_time(o, m, on, r),
                            .run = odd_visit,
                            .mailbox = box,
                            .campaign = -1,
                            .culture = m->own,
                            .text = "B23"};
                snprintf(e.ip, sizeof(e.ip), "%s", life_home(o, m, on).ip);
                agent_text(o, m->browser_home, on, e.agent);
                agenda_add(o, e);
            }
        }
    }
}

/* An update brings a wrong language to a third of the house; some days later it is mended. */
void odd_pack(org *o, rng *r)
{
    static const char *const wrong[] = {"tr-TR", "de-DE", "ro-RO", "ja-JP"};
    const culture *c = culture_of(wrong[rng_below(r, TC_COUNT_OF(wrong))]);
    uint32_t day = odd_day(o, r), mended = day + 2 + rng_below(r, 6);
    for (uint32_t i = odd_user(o, 0, 0.35, r); i != UINT32_MAX; i = odd_user(o, i + 1, 0.35, r)) {
        tc_time t = org_day(o, day) + 3 * TC_HOUR + (tc_time)i * TC_SECOND;
        marks_set(o, i, t, c, -1);
        marks_set(o, i, org_day(o, mended) + 3 * TC_HOUR, o->mailboxes[i].own, -1);
        truth_trap(o, "B24", t, org_day(o, mended), i, NULL, "language pack");
    }
}
