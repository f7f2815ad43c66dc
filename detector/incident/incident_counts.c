/* Figures of an incident's members that every transition tells, so that telling one costs what is
 * new and not what there is. */
#include "detector/incident/incident_state.h"

#include "parsers/base/alloc.h"

static tc_incident_spoken *find_language(const tc_incident_members *m, const char *language)
{
    for (size_t i = 0; i < m->spoken_count; i++)
        if (strcmp(m->spoken[i].language, language) == 0) return &m->spoken[i];
    return NULL;
}

static tc_incident_spoken *language_of(tc_incidents *all, tc_incident_members *m,
                                       const tc_victim *v)
{
    tc_incident_spoken *s = find_language(m, v->language);
    if (s != NULL) return s;
    if (tc_incident_lacks(all, tc_grow(&m->spoken, &m->spoken_capacity, m->spoken_count + 1,
                                       sizeof(*s), TC_INCIDENT_LANGUAGES_MAX)))
        return NULL;
    s = &m->spoken[m->spoken_count++];
    *s = (tc_incident_spoken){.switched = TC_TIME_MAX};
    memcpy(s->language, v->language, sizeof(s->language));
    return s;
}

static bool came_before(const tc_victim *v, const tc_incident_spoken *s)
{
    if (v->switched != s->switched) return v->switched < s->switched;
    return s->count == 0 || strcmp(v->previous, s->previous) < 0;
}

static void count_kinds(tc_incident_members *m, const tc_victim *v, size_t one)
{
    int kinds = __builtin_popcount(v->kinds);
    m->three_kinds += kinds >= 3 ? one : 0;
    m->four_kinds += kinds >= 4 ? one : 0;
    m->two_grave_kinds += __builtin_popcount(v->grave_kinds) >= 2 ? one : 0;
}

void tc_members_count_in(tc_incidents *all, tc_incident_members *m, const tc_victim *v)
{
    if (v->first != TC_TIME_NONE) {
        m->first_access = m->accessed ? TC_MIN(m->first_access, v->first) : v->first;
        m->accessed++;
    }
    count_kinds(m, v, 1);
    tc_incident_spoken *s = v->language[0] ? language_of(all, m, v) : NULL;
    if (s == NULL) return;
    s->level = TC_MAX(s->level, (tc_level)v->language_level);
    if (came_before(v, s)) {
        s->switched = v->switched;
        memcpy(s->previous, v->previous, sizeof(s->previous));
    }
    s->count++;
}

void tc_members_count_out(tc_incident_members *m, const tc_victim *v)
{
    if (v->first != TC_TIME_NONE) m->accessed--;
    count_kinds(m, v, (size_t)-1);
    tc_incident_spoken *s = v->language[0] ? find_language(m, v->language) : NULL;
    if (s != NULL && s->count > 0) s->count--;
}

void tc_members_recount(tc_incident_members *m)
{
    m->accessed = 0;
    m->three_kinds = m->four_kinds = m->two_grave_kinds = 0;
    for (size_t i = 0; i < m->victim_count; i++) {
        const tc_victim *v = &m->victims[i];
        tc_incident_spoken *s = v->language[0] ? find_language(m, v->language) : NULL;
        if (v->first != TC_TIME_NONE) m->accessed++;
        count_kinds(m, v, 1);
        if (s != NULL) s->count++;
    }
}

void tc_members_count_country(tc_incident_members *m, const char *country)
{
    if (country[0] == 0) return;
    for (size_t i = 0; i < m->country_count; i++)
        if (strcmp(m->countries[i], country) == 0) return;
    if (m->country_count == TC_INCIDENT_COUNTRIES_MAX) return;
    memcpy(m->countries[m->country_count++], country, sizeof(m->countries[0]));
}
