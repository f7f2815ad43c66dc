#include "parsers/mail/journal.h"

void tc_journal_set(tc_journal_record *record, tc_slice name, tc_slice value)
{
    static const char *const names[TC_JOURNAL_FIELDS] = {
        [TC_JOURNAL_MESSAGE] = "MESSAGE",
        [TC_JOURNAL_IDENTIFIER] = "SYSLOG_IDENTIFIER",
        [TC_JOURNAL_COMMAND] = "_COMM",
        [TC_JOURNAL_HOST] = "_HOSTNAME",
        [TC_JOURNAL_PID] = "_PID",
        [TC_JOURNAL_SYSLOG_PID] = "SYSLOG_PID",
        [TC_JOURNAL_RECEIVED] = "__REALTIME_TIMESTAMP",
        [TC_JOURNAL_WRITTEN] = "_SOURCE_REALTIME_TIMESTAMP",
    };
    for (size_t i = 0; i < TC_JOURNAL_FIELDS; i++)
        if (tc_slice_equal(name, tc_slice_of(names[i]))) record->field[i] = value;
}

tc_time tc_journal_time(const tc_journal_record *record)
{
    uint64_t us;
    bool readable = tc_slice_to_u64(record->field[TC_JOURNAL_WRITTEN], &us) ||
                    tc_slice_to_u64(record->field[TC_JOURNAL_RECEIVED], &us);
    if (!readable || us > INT64_MAX / 1000) return TC_TIME_NONE;
    return (tc_time)us * 1000;
}

static tc_slice program_of(const tc_journal_record *record)
{
    tc_slice identifier = record->field[TC_JOURNAL_IDENTIFIER];
    return identifier.len > 0 ? identifier : record->field[TC_JOURNAL_COMMAND];
}

bool tc_journal_is_known(const tc_journal_record *record)
{
    return tc_mail_server_of(program_of(record)) < TC_MAIL_SERVERS;
}

TC_STATUS tc_journal_refuse(tc_journal_walk *walk, tc_reason reason, tc_place place, tc_slice raw,
                            tc_slice whole)
{
    walk->ledger->records.rejected[reason]++;
    tc_ledger_reject(walk->ledger, whole);
    if (walk->sink->reject) walk->sink->reject(walk->sink->context, reason, place, raw);
    return TC_SUCCESS;
}

/* What the server says. */
static void read_message(const tc_journal_record *record, size_t server, tc_mail_reading *ret)
{
    tc_slice program = program_of(record), message = record->field[TC_JOURNAL_MESSAGE];
    tc_slice pid = record->field[TC_JOURNAL_SYSLOG_PID];
    *ret = (tc_mail_reading){.message = message};
    if (server < TC_MAIL_SERVERS) tc_mail_read(tc_mail_servers[server], program, message, ret);
    ret->field[TC_MAIL_HOST] = record->field[TC_JOURNAL_HOST];
    ret->field[TC_MAIL_PROGRAM] = program;
    ret->field[TC_MAIL_PID] = pid.len > 0 ? pid : record->field[TC_JOURNAL_PID];
    ret->field[TC_MAIL_MESSAGE] = message;
}

TC_STATUS tc_journal_deliver(tc_journal_walk *walk, const tc_journal_record *record, tc_place place,
                             tc_slice raw, tc_slice whole)
{
    tc_mail_reading reading;
    tc_time time = tc_journal_time(record);
    size_t server = tc_mail_server_of(program_of(record));
    if (time == TC_TIME_NONE) return tc_journal_refuse(walk, TC_REASON_BAD_TIME, place, raw, whole);
    if (server == TC_MAIL_SERVERS && walk->carry->inside)
        return tc_journal_refuse(walk, TC_REASON_NOT_EVENT, place, raw, whole);
    read_message(record, server, &reading);
    walk->ledger->records.accepted++;
    walk->ledger->bytes.parsed += whole.len;
    const tc_mail_record told = {.self = walk->self,
                                 .carry = walk->carry,
                                 .options = walk->options,
                                 .arena = walk->arena,
                                 .server = server,
                                 .reading = &reading,
                                 .time = time,
                                 .place = place,
                                 .raw = raw};
    return tc_mail_deliver(&told, walk->sink);
}
