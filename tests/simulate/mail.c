/* Message tracking as Exchange 2010 writes it (26 columns). */
#include "tests/simulate/world.h"

static const struct {
    const char *language, *away, *accepted;
} texts[] = {
    {"en", "Automatic reply: ", "Accepted: "},
    {"fr", "R\xc3\xa9ponse automatique\xc2\xa0: ", "Accept\xc3\xa9 : "},
    {"de", "Automatische Antwort: ", "Zugesagt: "},
    {"it", "Risposta automatica: ", "Accettato: "},
    {"es", "Respuesta autom\xc3\xa1tica: ", "Aceptado: "},
    {"nl", "Automatisch antwoord: ", "Geaccepteerd: "},
    {"zh-Hans", "\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d: ",
     "\xe5\xb7\xb2\xe6\x8e\xa5\xe5\x8f\x97: "},
};

static const char *const topics[] = {"Budget 2012",
                                     "Draft agenda, second version",
                                     "Lunch?",
                                     "RE: \"final\" figures",
                                     "Note on fisheries",
                                     "\xe5\xad\xa3\xe5\xba\xa6\xe6\x8a\xa5\xe5\x91\x8a"};

static size_t text_row(const char *language)
{
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        if (strcmp(texts[i].language, language) == 0) return i;
    return 0;
}

/* A CSV cell: quoted when it must be. */
static void cell(tc_str *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        tc_str_add(out, tc_slice_of(text));
        return;
    }
    tc_str_add_byte(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"') tc_str_add_byte(out, '"');
        tc_str_add_byte(out, (uint8_t)*c);
    }
    tc_str_add_byte(out, '"');
}

typedef struct row {
    tc_time time;
    const char *context, *source, *event, *recipient, *subject, *sender, *return_path, *direction;
    uint64_t id;
} row;

static void write_row(world *w, const row *r)
{
    tc_str out;
    char time[TC_TIME_TEXT], id[64];
    tc_str_init(&out, 65536);
    snprintf(id, sizeof(id), "<%016" PRIx64 "@hub01." DOMAIN_NAME ">", r->id);
    const char *cells[26] = {tc_time_format_ms(r->time, time),
                             "10.1.0.21",
                             "HUB01",
                             "10.1.0.31",
                             "MBX01",
                             r->context,
                             "",
                             r->source,
                             r->event,
                             "4711",
                             id,
                             r->recipient,
                             "",
                             "5120",
                             "1",
                             "",
                             "",
                             r->subject,
                             r->sender,
                             r->return_path,
                             "",
                             r->direction,
                             "",
                             "",
                             "",
                             ""};
    for (size_t i = 0; i < TC_COUNT_OF(cells); i++) {
        if (i) tc_str_add_byte(&out, ',');
        cell(&out, cells[i]);
    }
    world_line(w, r->time, LOG_TRACKING, tc_str_view(&out));
    tc_str_done(&out);
}

static tc_time with_ms(tc_time t, rng *r)
{
    return t + (tc_time)rng_below(r, 1000) * 1000000;
}

void mail_auto_reply(world *w, const person *p, const char *language, tc_time at, rng *r)
{
    char subject[256], to[64];
    snprintf(subject, sizeof(subject), "%s%s", texts[text_row(language)].away,
             topics[rng_below(r, TC_COUNT_OF(topics))]);
    snprintf(to, sizeof(to), "partner%u@ngo.example", rng_below(r, 400));
    row out = {.time = with_ms(at, r),
               .context = "",
               .source = "MAILBOXRULE",
               .event = "RECEIVE",
               .recipient = to,
               .subject = subject,
               .sender = p->mail,
               .return_path = "<>",
               .direction = "Originating",
               .id = ++w->message};
    write_row(w, &out);
    out.source = "SMTP";
    out.event = "SEND";
    out.time += 200 * 1000000;
    write_row(w, &out);
}

static void send_one(world *w, const person *p, tc_time at, rng *r)
{
    char context[320];
    const person *to = &w->people[rng_below(r, w->set.people)];
    snprintf(context, sizeof(context),
             "MDB:8a41d0b9-7d3a-4a55-9c1e-0b2f6e0d7c11, Mailbox:%s, Event:%u, "
             "MessageClass:IPM.Note, CreationTime:2011-02-07T00:00:00.000Z, ClientType:%s",
             p->guid, rng_below(r, 1u << 24), rng_chance(r, 0.8) ? "MOMT" : "OWA");
    row out = {.time = with_ms(at, r),
               .context = context,
               .source = "STOREDRIVER",
               .event = "SUBMIT",
               .recipient = "",
               .subject = topics[rng_below(r, TC_COUNT_OF(topics))],
               .sender = p->mail,
               .return_path = p->mail,
               .direction = "Originating",
               .id = ++w->message};
    write_row(w, &out);
    out.context = "";
    out.event = "DELIVER";
    out.recipient = to->mail;
    out.time += 350 * 1000000;
    write_row(w, &out);
}

/* Messages that must not count: strangers' automatic replies, meeting answers in a client's
 * language. */
static void noise(world *w, uint32_t day, rng *r)
{
    for (uint32_t i = 0; i < 3; i++) {
        const person *p = &w->people[rng_below(r, w->set.people)];
        char subject[256];
        snprintf(subject, sizeof(subject), "%s%s", texts[6].away, topics[5]);
        row in = {.time = with_ms(world_office_time(w, day, r), r),
                  .context = "",
                  .source = "SMTP",
                  .event = "RECEIVE",
                  .recipient = p->mail,
                  .subject = subject,
                  .sender = "delegation@partner.example",
                  .return_path = "<>",
                  .direction = "Incoming",
                  .id = ++w->message};
        write_row(w, &in);
        const person *q = &w->people[rng_below(r, w->set.people)];
        snprintf(subject, sizeof(subject), "%s%s",
                 texts[rng_chance(r, 0.8) ? text_row(q->language) : 0].accepted,
                 topics[rng_below(r, 3)]);
        in.source = "STOREDRIVER";
        in.event = "SUBMIT";
        in.subject = subject;
        in.sender = in.return_path = q->mail;
        in.recipient = "";
        in.direction = "Originating";
        in.id = ++w->message;
        write_row(w, &in);
    }
}

static void person_mail(world *w, const person *p, rng *r)
{
    /* Two absences of three days: out-of-office replies come in clusters. One in twenty has none.
     */
    bool never_away = rng_chance(r, 0.05) && !p->victim;
    uint32_t away[2] = {1 + rng_below(r, 10), 14 + rng_below(r, 10)};
    for (uint32_t day = 0; day < w->set.days; day++) {
        uint32_t mails = world_is_workday(w, day) ? 2 + rng_below(r, 3) : rng_below(r, 2);
        for (uint32_t i = 0; i < mails; i++)
            send_one(w, p, world_office_time(w, day, r), r);
        for (size_t a = 0; a < 2; a++) {
            bool gone = !never_away && day >= away[a] && day < away[a] + 3;
            for (uint32_t i = 0; gone && i < 2; i++)
                mail_auto_reply(w, p, p->language, world_office_time(w, day, r), r);
        }
    }
}

void mail_everyday(world *w)
{
    for (uint32_t i = 0; i < w->set.people; i++) {
        rng r = rng_for(w->set.seed, "mail", i);
        person_mail(w, &w->people[i], &r);
    }
    for (uint32_t day = 0; day < w->set.days; day++) {
        rng r = rng_for(w->set.seed, "mail noise", day);
        noise(w, day, &r);
    }
}
