/*
 * people: the mailboxes, who is behind them, and their habits.
 *
 * A person has a home (one provider, an address that changes as providers change it), perhaps a
 * phone, a computer at work and one at home, hours, trips and leaves; all are drawn once, so that
 * any day can be made without the days before it.
 */
#ifndef TC_SIMULATE_PEOPLE_H
#define TC_SIMULATE_PEOPLE_H

#include "tests/simulate/organisation/agents.h"
#include "tests/simulate/organisation/culture.h"
#include "tests/simulate/organisation/internet.h"

#define SPELLS_MAX 6

typedef enum box_kind { BOX_USER, BOX_SHARED, BOX_ROOM, BOX_SERVICE } box_kind;

typedef struct spell {
    uint16_t first, days; /* 0 days: none */
    const char *country;  /* of a trip; NULL: a leave */
    bool replies;         /* automatic replies are on */
    uint32_t place;       /* where the traveller lives */
} spell;

typedef struct person {
    uint32_t number;
    box_kind kind;
    const char *role, *site;
    int zone; /* winter offset of the site */
    char given[20], family[24];
    char mail[112], upn[112], sam[32], domain_sam[48], staff[16], sid[64], guid[40], database[40];
    const culture *own, *outlook, *phone_language;
    double owa_rate; /* sessions a working day */
    uint32_t boss;   /* opened as a delegate; own number: none */
    agent_habit browser_home, browser_work, browser_road;
    agent_habit phone, desk;
    bool has_phone, has_tunnel, outlook_away, mac;
    const network *home, *mobile;
    bool home_v6, phone_v6;
    int form;              /* how the name is typed at the form: 0 DOMAIN\sam 1 upn 2 mail 3 sam */
    uint32_t joined, left; /* days; left: the day after the last */
    uint32_t password_day; /* days since the last change, at the start */
    spell spells[SPELLS_MAX];
    double start_hour, end_hour;
} person;

void people_draw(org *o);
/* The trip or leave of that day, or NULL. */
const spell *people_spell(const person *m, uint32_t day);
bool people_is_there(const person *m, uint32_t day);
/* The user text of the forms logon. */
const char *people_typed(const person *m, int form);
/* Somebody of a kind by chance, there all the time. */
uint32_t people_any(const org *o, rng *r, box_kind kind);
/* An instant in the person's working day. */
tc_time people_work_time(const org *o, const person *m, uint32_t day, rng *r);
/* An evening or weekend instant. */
tc_time people_free_time(const org *o, const person *m, uint32_t day, rng *r);
bool people_write(const org *o);

#endif
