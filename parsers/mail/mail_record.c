/* What is the same of every record of a mail server, whoever carries it. */
#include "parsers/base/ip.h"
#include "parsers/mail/windows_syslog.h"

static const char *const columns[TC_MAIL_FIELDS] = {
#define TC_MAIL_FIELD(constant, name, key) name,
#include "parsers/mail/mail_fields.def"
#undef TC_MAIL_FIELD
};

/* The labels of events: product mail, and the server. */
static const tc_logsource labels[TC_MAIL_SERVERS + 1] = {
#define TC_MAIL_SERVER(x) [TC_MAIL_SERVER_##x] = {NULL, "mail", #x},
#include "parsers/mail/servers.def"
#undef TC_MAIL_SERVER
    [TC_MAIL_SERVERS] = {NULL, "linux", "syslog"},
};

void tc_mail_log_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    tc_slice names[TC_MAIL_FIELDS];
    memset(own, 0, sizeof *own);
    own->calendar = tc_mail_calendar_new(options->newest, options->growing);
    own->inside = options->inside;
    own->failed = options->schemas ? TC_OK : TC_EUNSUPPORTED;
    for (size_t i = 0; i < TC_MAIL_FIELDS; i++)
        names[i] = tc_slice_of(columns[i]);
    for (size_t i = 0; i <= TC_MAIL_SERVERS && own->failed == TC_OK; i++)
        own->failed = tc_schemas_get(options->schemas, self->name, &labels[i], 1, names,
                                     TC_MAIL_FIELDS, &own->schemas[i])
                          .code;
    if (own->failed != TC_OK) return;
    tc_windows_schemas_init(&own->windows, options, self->name);
    own->failed = own->windows.failed;
}

void tc_mail_carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                         tc_visit *visit)
{
    (void)self;
    (void)options;
    tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    tc_visit_bool(visit, &own->skipping);
    tc_mail_calendar_visit(&own->calendar, visit);
}

const tc_parser *tc_mail_home_parser(tc_mail_home home)
{
    static const tc_parser *const parsers[TC_MAIL_HOMES] = {
        [TC_MAIL_HOME_LOG] = &tc_parser_mail_log,
        [TC_MAIL_HOME_WEBMAIL] = &tc_parser_webmail_log,
        [TC_MAIL_HOME_ZIMBRA] = &tc_parser_zimbra_log,
        [TC_MAIL_HOME_SYSTEM] = &tc_parser_system_passwords,
        [TC_MAIL_HOME_WINDOWS] = &tc_parser_windows_syslog,
    };
    return parsers[home];
}

static void fill_cells(const tc_mail_reading *r, tc_cell cells[TC_MAIL_FIELDS])
{
    for (size_t i = 0; i < TC_MAIL_FIELDS; i++)
        cells[i] =
            r->field[i].len ? tc_cell_text(r->field[i]) : (tc_cell){NULL, 0, TC_FORM_MISSING};
}

TC_STATUS tc_mail_deliver(const tc_mail_record *record, const tc_sink *sink)
{
    tc_cell cells[TC_MAIL_FIELDS];
    tc_shipped shipped = {.placed = false};
    tc_mail_reading *r = record->reading;
    r->field[TC_MAIL_ACTION] = tc_mail_deed_name(r->deed);
    fill_cells(r, cells);
    tc_event event = {.schema = record->carry->schemas[record->server],
                      .cells = cells,
                      .time = record->time,
                      .place = record->place,
                      .raw = record->raw,
                      .arena = record->arena};
    if (record->server < TC_MAIL_SERVERS) {
        const tc_parser *home = tc_mail_home_parser(tc_mail_servers[record->server]->home);
        shipped.parser = home;
        shipped.host = r->field[TC_MAIL_HOST];
        shipped.path = r->field[TC_MAIL_PROGRAM];
        if (home != record->self) {
            shipped.format = tc_parser_bit(home);
            event.shipped = &shipped;
        }
    }
    if (record->server == TC_MAIL_SERVER_windows)
        return tc_windows_syslog_deliver(record, event.shipped, sink);
    return sink->event(sink->context, &event);
}

static tc_slice cell_text(const tc_event *event, tc_mail_field field)
{
    tc_cell cell = event->cells[field];
    return cell.form == TC_FORM_TEXT ? tc_slice_make(cell.ptr, cell.len) : TC_EMPTY_SLICE;
}

/* syslog writes the first label of what the journal has in full. */
static tc_slice host_label(tc_slice host)
{
    tc_ip ip;
    return tc_ip_parse_loose(host, &ip) ? host : tc_slice_split(host, '.', &(tc_slice){0});
}

/* The number of the process stands in some carriers of a record and not in others. */
uint64_t tc_mail_identity(const tc_parser *self, const tc_event *event)
{
    if (tc_event_text(event, TC_FIELD_WE_PROVIDER_NAME).len)
        return tc_windows_identity(self, event);
    uint64_t id = tc_record_id_begin("mail");
    id = tc_record_id_add(id, host_label(cell_text(event, TC_MAIL_HOST)));
    id = tc_record_id_add(id, cell_text(event, TC_MAIL_PROGRAM));
    id = tc_record_id_add(id, cell_text(event, TC_MAIL_MESSAGE));
    return tc_record_id_add_number(id, (uint64_t)(event->time / TC_SECOND));
}
