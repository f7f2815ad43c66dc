/*
 * world: a made-up organisation and the log lines that it leaves.
 *
 * One seed gives one world, byte for byte: people, networks, habits, then forty days of webmail,
 * mail and directory events in the line formats of real servers. Every subsystem draws from a
 * random stream of its own, named by a tag, so that adding one does not reshuffle the others. All
 * names, networks (RFC 5737, RFC 3849) and domains (RFC 2606) are reserved for examples.
 */
#ifndef TC_SIMULATE_WORLD_H
#define TC_SIMULATE_WORLD_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"
#include "tests/simulate/rng.h"

#define PEOPLE_MAX 10000
#define DOMAIN_NAME "commission.example"
#define NT_DOMAIN "COMMISSION"

typedef struct person {
    uint32_t number;
    char given[16], family[32];
    char mail[96];    /* given.family@domain */
    char account[64]; /* sAMAccountName */
    char sid[64];
    char guid[40];        /* of the mailbox */
    char workstation[32]; /* 10.x address at work */
    char home[48];        /* address at home */
    const char *language;
    const char *agent;
    const char *phone; /* device id, NULL without */
    double webmail_per_day;
    bool logs_on_by_upn;
    bool victim;
} person;

typedef enum log_file {
    LOG_IIS1,
    LOG_IIS2,
    LOG_TRACKING,
    LOG_DC_XML,
    LOG_DC_JSON,
    LOG_COUNT
} log_file;

typedef struct line {
    tc_time time;
    uint64_t order; /* of making: ties keep it */
    log_file file;
    uint32_t length;
    size_t at; /* in world.text */
} line;

typedef struct settings {
    uint64_t seed;
    uint32_t people, days;
    tc_time start;
    bool attack;
    bool accounts_unlike; /* account names have nothing of the mail address */
    bool nat;             /* a balancer hides every client */
    const char *folder;
} settings;

typedef struct expected {
    tc_time first_access, last_access;
    uint32_t victims[64];
    uint32_t victim_count;
    char sources[8][48];
    uint32_t source_count;
} expected;

typedef struct world {
    settings set;
    person *people;
    line *lines;
    size_t line_count, line_capacity;
    tc_str text;
    uint64_t record; /* event record ids */
    uint64_t message;
    expected truth;
} world;

void world_people(world *w);
/* Appends a line (without line end) to a log. */
void world_line(world *w, tc_time time, log_file file, tc_slice text);
void world_linef(world *w, tc_time time, log_file file, const char *format, ...) TC_PRINTF(4, 5);
/* A working day, and an instant in the working hours of that day. */
bool world_is_workday(const world *w, uint32_t day);
tc_time world_office_time(const world *w, uint32_t day, rng *r);
tc_time world_day(const world *w, uint32_t day);

/* web.c */
typedef struct visit {
    const person *who;
    const char *ip, *agent;
    tc_time from;
    uint32_t pages;
} visit;
void web_everyday(world *w);
/* Returns the time of the first page behind the logon. */
tc_time web_visit(world *w, const visit *v, rng *r);
void web_spray(world *w);
/* mail.c */
void mail_everyday(world *w);
/* An automatic reply of that mailbox in a language. */
void mail_auto_reply(world *w, const person *p, const char *language, tc_time at, rng *r);
/* directory.c */
void directory_everyday(world *w);
void directory_change(world *w, const person *p, tc_time at, rng *r);
/* attack.c */
void attack_march2011(world *w);
/* write.c, geo.c */
bool write_logs(world *w);
bool write_expected(const world *w);
bool write_geo(const world *w);

#endif
