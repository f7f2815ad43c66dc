#include "detector/input/evidence.h"

#include "parsers/base/alloc.h"
#include "tests/unit/input/packed.h"
#include "tests/unit/input/real.h"

#include <criterion/criterion.h>

TestSuite(evidence, .init = init_real, .fini = done_real);

typedef struct file {
    const char *name;
    const char *text;
    const char *looks_like; /* a piece of it; NULL: irrelevant */
} file;

static void check(const file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_text(files[i].name, files[i].text);
    tc_input *input = open_real("");
    for (size_t i = 0; i < count; i++) {
        const tc_source *source = source_named(input, files[i].name);
        cr_expect((source != NULL) == (files[i].looks_like != NULL), "%s", files[i].name);
        if (!source || !files[i].looks_like) continue;
        cr_expect(source->state == TC_SOURCE_UNREAD && !source->parser, "%s", files[i].name);
        cr_assert(source->looks_like && source->mend, "%s", files[i].name);
        cr_expect(strstr(source->looks_like, files[i].looks_like), "%s: %s", files[i].name,
                  source->looks_like);
        cr_expect(strlen(source->mend) > 10, "%s", files[i].name);
    }
    tc_input_free(input);
}
#define CHECK(files) check((files), TC_COUNT_OF(files))

Test(evidence, tells_binary_logs_by_their_first_bytes)
{
    static const struct {
        const char *name;
        tc_slice bytes;
        const char *looks_like;
    } rows[] = {
        {"renamed.log", {(const uint8_t *)"\x30\0\0\0LfLe\1\0\0\0", 12}, "EVT"},
        {"broken.evtx", {(const uint8_t *)"\0\0\0\0\0\0\0\0\0", 9}, "damaged"},
        {"SecEvent.Evt", {(const uint8_t *)"\x30\0\0\0LfLe\1\0\0\0", 12}, "EVT"},
        {"a.snoop", {(const uint8_t *)"snoop\0\0\0\0\0\0\2", 12}, "snoop"},
        {"a.cap", {(const uint8_t *)"GMBU\0\2\1\0\xE7\7\x0B\0", 12}, "Network Monitor 2"},
        {"b.cap", {(const uint8_t *)"RTSS\1\1\1\0\xE7\7\x0B\0", 12}, "Network Monitor 1"},
        {"a.bfr", {(const uint8_t *)"ObserverPktBufferVersion=15.00\0", 31}, "Observer"},
        {"a.enc", {(const uint8_t *)"TRSNIFF data    \x1A\1\0\x12", 20}, "Sniffer"},
        {"c.cap", {(const uint8_t *)"\5VNF\x0B\0\0\0\0", 9}, "Visual Networks"},
        {"nettrace.etl", {(const uint8_t *)"\0\0\1\0ETL\xED\x0F\x58", 10}, "ETL"},
        {"ExchangeDiagnostics.etl", {(const uint8_t *)"\0\0\1\0ETL\xED\x0F\x58", 10}, NULL},
        {"wide.log", {(const uint8_t *)"\xFF\xFE\0\0#\0\0\0S\0\0\0", 12}, "UTF-32"},
        {"wide.txt", {(const uint8_t *)"\0\0\xFE\xFF\0\0\0#\0\0\0S", 12}, "UTF-32"},
        {"ex210301.log", {(const uint8_t *)"\0\0\0\0\0\0\0\0", 8}, "lost"},
        {"counters.dat", {(const uint8_t *)"\0\0\0\0\0\0\0\0", 8}, NULL},
        {"disk.E01", {(const uint8_t *)"EVF\x09\x0D\x0A\xFF\0\1", 9}, "image of a disk"},
        {"ex01.vhdx", {(const uint8_t *)"vhdxfileM\0", 10}, "image of a disk"},
        {"u_ex210302.log", {(const uint8_t *)"\x9C\1\2\3\4\5\6\7", 8}, "by its name"},
        {"MSGTRK2021030106-1.LOG", {(const uint8_t *)"\x9C\1\2\3\4\5", 6}, "by its name"},
        {"E0000000A.log", {(const uint8_t *)"\x9C\1\2\3\4\5\6\7", 8}, NULL},
        {"mail.edb", {(const uint8_t *)"\x11\x22\x33\x44\xEF\xCD\xAB\x89", 8}, NULL},
        {"web.sqlite", {(const uint8_t *)"SQLite format 3\0\x10", 17}, NULL},
        {"picture.png", {(const uint8_t *)"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16}, NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        put_bytes(rows[i].name, rows[i].bytes);
    tc_str packed;
    tc_str_init(&packed, 1 << 16);
    add_gzip(&packed, TC_LIT("\x30\0\0\0LfLe\1\0\0\0"));
    put_bytes("packed.evt.gz", tc_str_view(&packed));
    tc_str_done(&packed);
    tc_input *input = open_real("");
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_source *source = source_named(input, rows[i].name);
        cr_expect((source != NULL) == (rows[i].looks_like != NULL), "%s", rows[i].name);
        if (!source || !rows[i].looks_like) continue;
        cr_expect(source->state == TC_SOURCE_UNREAD, "%s", rows[i].name);
        cr_expect(strstr(source->looks_like, rows[i].looks_like), "%s", source->looks_like);
    }
    cr_expect(strstr(source_named(input, "packed.evt.gz")->looks_like, "EVT"));
    tc_input_free(input);
}

Test(evidence, tells_logs_of_exchange_by_header_and_by_columns)
{
    static const file files[] = {
        {"mapi.log", "#Software: Microsoft Exchange\n#Log-type: MapiHttp Logs\n", "MAPI"},
        {"owa.log", "#Software: Microsoft Exchange Server\n#Log-type: OWA Logs\n", "Exchange"},
        {"bare.log",
         "2021-03-01T06:00:31.123Z,EX01,08D8,0,10.0.0.1:25\n"
         "2021-03-01T06:00:32.123Z,EX01,08D8,1,10.0.0.1:25\n",
         "without its header"},
    };
    CHECK(files);
}

Test(evidence, tells_exports_by_their_columns_members_and_elements)
{
    static const file files[] = {
        {"gwe.csv", "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n\"Id\",\"Level\"\n",
         "Get-WinEvent"},
        {"gwe2.csv", "\"Message\",\"ProviderName\",\"MachineName\",\"TimeCreated\"\n",
         "Get-WinEvent"},
        {"admin.csv", "#TYPE Microsoft.Exchange.Management.AdminAuditLogEvent\n\"Caller\"\n",
         "audit log"},
        {"objects.xml", "<Objs Version=\"1.1.0.1\"><Obj RefId=\"0\"/></Objs>\n", "Clixml"},
        {"objects.txt", "#< CLIXML\n<Objs Version=\"1.1.0.1\"/>\n", "Clixml"},
        {"search.xml",
         "<?xml version=\"1.0\"?>\n<SearchResults>\n<Event Caller=\"a\" "
         "Cmdlet=\"Set-Mailbox\"/></SearchResults>\n",
         "audit log as XML"},
        {"alerts.json",
         "{\"timestamp\":\"2021-03-01T06:00:00.000+0000\",\"rule\":{\"level\":3},"
         "\"agent\":{\"id\":\"1\"},\"manager\":{\"name\":\"m\"}}\n",
         "Wazuh"},
        {"gelf.json",
         "{\"version\":\"1.1\",\"host\":\"ex01\",\"short_message\":\"m\","
         "\"timestamp\":1614578400}\n",
         "GELF"},
        {"splunk.json",
         "{\"preview\":false,\"result\":{\"_time\":\"x\",\"sourcetype\":\"iis\","
         "\"_raw\":\"2021\"}}\n",
         "Splunk"},
        {"journal.json", "{\"__REALTIME_TIMESTAMP\":\"1614578400000000\",\"MESSAGE\":\"m\"}\n",
         "journal"},
        {"journal.export", "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1614578400000000\nMESSAGE=m\n",
         "journal"},
    };
    CHECK(files);
}

Test(evidence, tells_logs_by_the_shape_of_their_lines)
{
    static const file files[] = {
        {"native.log",
         "192.0.2.4, CORP\\anna, 25/2/2024, 6:00:31, MSFTPSVC1, MAIL1, 10.9.0.5, 16, 769, "
         "143, 200, 0, GET, /owa/, -,\n",
         "native"},
        {"app.log",
         "2021-03-01 06:00:00,123 INFO start\n  at frame\n2021-03-01 06:00:01,123 INFO x\n"
         "2021-03-01 06:00:02,123 WARN y\n",
         "unknown form (3 of 4 lines have a time)"},
        {"one.txt", "[2021-03-01 06:00:00] one line\n", "unknown form (1 of 1"},
    };
    CHECK(files);
}

#define NULS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define W3C_RECORDS                                                                                \
    "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time c-ip\r\n"       \
    "2021-03-01 06:00:00 198.51.100.7\r\n"
#define WINDOWS_EVENT                                                                              \
    "{\"EventID\":4724,\"Channel\":\"Security\",\"@timestamp\":\"2021-03-01T06:00:00Z\","          \
    "\"Computer\":\"dc1\",\"TargetUserName\":\"anna\"}\n"

/* A disk that lost its power, a writer that went on behind what was cut off, a file that was split
 * by its size: what stands behind is a log all the same. */
Test(evidence, reads_logs_that_do_not_begin_at_a_record)
{
    const struct {
        const char *name;
        tc_slice bytes;
        const char *parser;
    } rows[] = {
        {"nuls.log", {(const uint8_t *)NULS W3C_RECORDS, 16 + sizeof W3C_RECORDS - 1}, "iis-w3c"},
        {"cut.ndjson", TC_LIT("\"Computer\":\"dc1\"}\n" WINDOWS_EVENT), "windows-json"},
        {"cut.xml",
         TC_LIT(
             "/Data></EventData></Event>\n<Event xmlns='http://schemas.microsoft.com/win/2004/08/"
             "events/event'><System><EventID>4724</EventID><TimeCreated "
             "SystemTime='2021-03-01T06:00:00Z'/></System></Event>\n"),
         "windows-xml"},
        {"page.html", TC_LIT("<!DOCTYPE html>\n<html><body>Event</body></html>\n"), NULL},
        {"source.js", TC_LIT("function f() { return 1; }\n{ \"EventID\": 1 }\n"), NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        put_bytes(rows[i].name, rows[i].bytes);
    tc_input *input = open_real("");
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_source *source = source_named(input, rows[i].name);
        cr_expect_eq(source != NULL, rows[i].parser != NULL, "%s", rows[i].name);
        if (!source || !rows[i].parser) continue;
        cr_expect_eq(source->state, TC_SOURCE_READABLE, "%s", rows[i].name);
        cr_assert_not_null(source->parser, "%s", rows[i].name);
        cr_expect_str_eq(source->parser->name, rows[i].parser);
    }
    tc_input_free(input);
}

/* A byte that a client sent makes no picture of a log. */
Test(evidence, names_a_log_of_unknown_form_for_all_the_control_characters_in_it)
{
    char line[128];
    tc_str text;
    tc_str_init(&text, 1 << 16);
    for (int i = 0; i < 40; i++) {
        snprintf(line, sizeof line, "2021-03-01 06:%02d:00 a line of some other daemon", i);
        tc_str_add(&text, tc_slice_of(line));
        tc_str_add(&text, i == 3 ? tc_slice_make("\0\1\n", 3) : TC_LIT("\n"));
    }
    put_bytes("daemon.log", tc_str_view(&text));
    tc_str_done(&text);
    tc_input *input = open_real("");
    const tc_source *source = source_named(input, "daemon.log");
    cr_assert_not_null(source);
    cr_expect_eq(source->state, TC_SOURCE_UNREAD);
    tc_input_free(input);
}

Test(evidence, names_no_text_that_is_no_log)
{
    static const file files[] = {
        {"README",
         "tocsin\n======\nReads logs such as:\n\n    2021-03-01 06:00:00 GET /owa/\n\n"
         "and tells what it found.\nMore below.\nThe end.\n",
         NULL},
        {"ChangeLog",
         "2021-03-01  Anna  <anna@example.org>\n\n\t* a.c: mend.\n\n2021-02-01  Bert\n", NULL},
        {"changelog",
         "tool (1.0-1) unstable; urgency=low\n\n  * New.\n\n -- A <a@example.org>  Mon, "
         "01 Mar 2021 06:00:00 +0100\n",
         NULL},
        {"main.c", "#include <stdio.h>\nint main(void) { return 0; }\n", NULL},
        {"rows.c",
         "\"2021-03-01 06:00:00 a\",\n\"2021-03-01 06:00:01 b\",\n\"2021-03-01 06:00:02\"\n", NULL},
        {"run.sh", "#!/bin/sh\n# Log-type of the day\nset -e\n", NULL},
        {"index.html", "<!DOCTYPE html>\n<html><body>Software: Microsoft Exchange</body></html>\n",
         NULL},
        {"package.json", "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\",\n  \"host\": \"y\"\n}\n",
         NULL},
        {"words.csv", "name,age\nanna,7\nbert,8\n", NULL},
        {"pom.xml", "<?xml version=\"1.0\"?>\n<project><version>1</version></project>\n", NULL},
        {"letter.txt", "Dear Anna,\n\nsee you on 2021-03-01 at noon.\n\nBert\n", NULL},
        {"numbers.txt", "1\n2\n3\n4 5 6\n", NULL},
        {"license", "Permission is hereby granted, free of charge, to any person\n", NULL},
    };
    CHECK(files);
    tc_input *input = open_real("");
    const tc_slice *kept;
    cr_expect_eq(tc_input_count(input), 0);
    cr_assert_eq(tc_input_irrelevant_names(input, &kept), TC_COUNT_OF(files));
    cr_expect(tc_slice_ends(kept[0], TC_LIT("/ChangeLog")), "in byte order");
    tc_input_free(input);
}

#define THRICE(line) line line line
#define DOVECOT "imap-login: Login: user=<anna@corp.example>, method=PLAIN, rip=203.0.113.5, TLS\n"

/* Logs whose time has another form, or stands behind something else. */
Test(evidence, tells_logs_of_mail_servers_by_what_their_lines_say)
{
    static const file files[] = {
        {"grep.txt", THRICE("mail.log.1:2024-05-02T08:00:00.1+00:00 mx1 dovecot: " DOVECOT),
         "of a mail server"},
        {"keys.log", THRICE("date=2024-05-02 time=08:00:00 srcip=203.0.113.7 url=\"/owa/\"\n"),
         "of a mail server"},
        {"tracking.log", THRICE("MSGTRK-1.LOG:2024-05-02T08:00:00.123Z,10.0.0.5,EX1,x\n"),
         "unknown form (3 of 3"},
        {"tabs.log", THRICE("203.0.113.7\t2024-05-02\t08:00:00\tanna\n"), "unknown form (3 of 3"},
        {"counted.log",
         "99 <134>1 2024-05-02T08:00:00Z mx1 dovecot - - - " DOVECOT
         "99 <134>1 2024-05-02T08:00:01Z mx1 dovecot - - - " DOVECOT,
         "counted"},
        {"doors.txt", THRICE("/owa/auth/logon.aspx\n"), NULL},
        {"doors.py", THRICE("# 203.0.113.7 [02/May/2024:08:00:00 +0000] GET /owa/\n"), NULL},
        {"letter.txt", "Dear Anna,\n\nlook at this:\n\n10.0.0.5 08:00:00 GET /owa/\n\nBert\n",
         NULL},
        {"squares", THRICE("the time was 2024-05-02 08:00:00 then\n"), NULL},
    };
    CHECK(files);
}

#define PAD4                                                                                       \
    "                                                                                "             \
    "                                                                                "
#define PAD PAD4 PAD4 PAD4 PAD4 PAD4 PAD4 PAD4 PAD4 PAD4 PAD4

/* One object without a time that is known may be a setting; not if events stand in it. */
Test(evidence, tells_events_in_one_object_from_settings)
{
    static const file files[] = {
        {"cloudwatch.json",
         "{\"events\":[{\"timestamp\":1714053609000,\"message\":\"GET /owa/\","
         "\"ingestionTime\":1}]}\n",
         "CloudWatch"},
        {"subscription.json",
         "{\"logGroup\":\"g\",\"logEvents\":[{\"id\":\"1\",\"message\":\"m\"}]}\n", "CloudWatch"},
        {"loki.json",
         "{\n "
         "\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{},\"values\":[]}]}\n}\n",
         "Loki"},
        {"activity.json",
         "{\"TimeGenerated\":\"2024-05-02T06:00:47Z\",\"Operation\":\"Set-Mailbox\"}\n",
         "no time that is known"},
        {"line.json",
         "{\"a\":{\"b\":\"2024-05-02 08:00:00 10.0.0.5 GET /owa/ - 443 - 203.0.113.7\"}}\n",
         "no time that is known"},
        {"long.json",
         "{\"a\":[\"2024-05-02 08:00:00\",\"2024-05-02 08:00:01\",\"2024-05-02 "
         "08:00:02\"],\"b\":\"" PAD PAD PAD "\"}\n",
         "no time that is known"},
        {"pretty.json", "{\n  \"version\": \"1\",\n  \"built\": \"2024-05-02 08:00:00\"\n}\n",
         NULL},
    };
    CHECK(files);
    static const char *const settings[] = {"{\"name\":\"x\"}\n",
                                           "{\"saved\":\"2024-05-02 08:00:00\",\"to\":\"/owa/\"}\n",
                                           "{\"texts\":\"" PAD PAD PAD "\"}\n"};
    for (size_t i = 0; i < TC_COUNT_OF(settings); i++) {
        tc_likeness likeness;
        cr_expect_not(tc_likeness_of_object(tc_slice_of(settings[i]), &likeness), "%s",
                      settings[i]);
    }
}

Test(evidence, tells_tables_by_rare_columns_and_by_their_cells)
{
    static const file files[] = {
        {"raw.csv", "\"_raw\"\n\"all is well\"\n", "Splunk"},
        {"local.csv", "TenantId,TimeGenerated [Local Time],Computer\nx,1,y\n", "local time"},
        {"l2t.csv", "date,time,timezone,MACB,source,sourcetype\n1,2,UTC,M,EVT,WinEVTX\n",
         "timeline"},
        {"wad.csv", "PartitionKey,EventId,Channel,Description,RawXml\n1,2,3,4,5\n", "Azure"},
        {"ecs.csv", "@timestamp,event.code,user.name,user.target.name\n1,4724,a,b\n", "Kibana"},
        {"wazuh.csv", "_source.timestamp,data.win.system.eventID\n1,4724\n", "Wazuh"},
        {"entra.csv", "OperationName,InitiatedBy,TargetResources\nReset,a,b\n", "Entra"},
        {"own.csv",
         "when,what\n1,\"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\"\n",
         "in its cells"},
        {"audit.csv", "a;b\n1;\"{\"\"CreationTime\"\":\"\"2024-05-02T06:00:47\"\"}\"\n",
         "audit log in its cells"},
        {"words.csv", "name,channel\nanna,7\nbert,8\n", NULL},
        {"howto.md", "Events, read\nhttp://schemas.microsoft.com/win/2004/08/events/event\n", NULL},
    };
    CHECK(files);
}

Test(evidence, keeps_the_names_of_a_thousand_irrelevant_files)
{
    for (size_t i = 0; i < TC_IRRELEVANT_NAMES + 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "n%05zu", i);
        put_text(name, "nothing\n");
    }
    tc_input *input = open_real("");
    const tc_slice *kept;
    const tc_irrelevant *groups;
    cr_assert_eq(tc_input_irrelevant(input, &groups), 1);
    cr_expect_eq(groups[0].files, TC_IRRELEVANT_NAMES + 5);
    cr_assert_eq(tc_input_irrelevant_names(input, &kept), TC_IRRELEVANT_NAMES);
    cr_expect(tc_slice_ends(kept[999], TC_LIT("/n00999")));
    tc_input_free(input);
}

/* Headers that say nothing more than that they are sound. */
Test(evidence, takes_a_log_without_records_for_an_empty_log)
{
    put_text("u_ex.log", "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
                         "#Date: 2024-05-02 06:00:00\n#Fields: date time s-ip cs-method c-ip\n");
    tc_input *input = open_real("");
    const tc_source *source = source_named(input, "/u_ex.log");
    cr_assert_not_null(source);
    cr_expect(source->state == TC_SOURCE_EMPTY);
    cr_expect(source->parser == tc_parser_named(TC_LIT("iis-w3c")));
    tc_input_free(input);
}

Test(evidence, reads_json_that_says_nothing_of_itself_as_before)
{
    put_text("own.jsonl", "{\"@timestamp\":\"2021-03-01T06:00:00Z\",\"rule\":\"a\"}\n");
    tc_input *input = open_real("");
    const tc_source *source = source_named(input, "/own.jsonl");
    cr_assert_not_null(source);
    cr_expect(source->state == TC_SOURCE_READABLE);
    tc_input_free(input);
}

Test(evidence, reads_any_bytes_within_their_end)
{
    uint64_t state = 7;
    for (size_t round = 0; round < 2000; round++) {
        size_t length = round % 97;
        uint8_t *bytes = tc_alloc(length ? length : 1, 1);
        cr_assert_not_null(bytes);
        for (size_t i = 0; i < length; i++) {
            static const char alphabet[] = "0123456789-/:.,T []\"#<>{}aZ\n ";
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bytes[i] = (uint8_t)alphabet[(state >> 40) % (sizeof alphabet - 1)];
        }
        tc_slice head = tc_slice_make(bytes, length);
        tc_likeness likeness;
        tc_line_shapes shapes = tc_line_shapes_of(head, round % 2 == 0);
        cr_assert_leq(shapes.timed, shapes.lines);
        (void)tc_likeness_of_text(head, &likeness);
        (void)tc_likeness_of_json(head, &likeness);
        (void)tc_likeness_of_bytes(head, head, &likeness);
        (void)tc_likeness_of_shapes(&shapes, &likeness);
        (void)tc_likeness_is_served(&shapes, head, &likeness);
        (void)tc_likeness_of_object(head, &likeness);
        (void)tc_likeness_of_cells(head, &likeness);
        (void)tc_likeness_is_timed(&shapes, head, round % 3 == 0);
        tc_free(bytes);
    }
}
