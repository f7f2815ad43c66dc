#include "parsers/text/msgtrk.h"
#include "parsers/text/delimited.h"

#define UP_TO_MESSAGE_ID                                                                           \
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,"   \
    "source,event-id,internal-message-id,message-id"
#define UP_TO_MESSAGE_INFO                                                                         \
    ",recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,"   \
    "reference,message-subject,sender-address,return-path,message-info"
#define UP_TO_CUSTOM_DATA                                                                          \
    ",directionality,tenant-id,original-client-ip,original-server-ip,custom-data"

static const tc_logsource labels[] = {{NULL, "exchange", "messagetracking"}};

static bool is_capitals(tc_cell cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if ((uint8_t)(cell.ptr[i] - 'A') > 25) return false;
    return cell.len > 0;
}

static bool is_number_or_nothing(tc_cell cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if ((uint8_t)(cell.ptr[i] - '0') > 9) return false;
    return true;
}

/* Source and event are words in capitals, and the internal id is a number. */
static bool looks(const tc_cell *cells, size_t count)
{
    return count > 10 && is_capitals(cells[7]) && is_capitals(cells[8]) &&
           is_number_or_nothing(cells[9]);
}

static const tc_delimited format = {
    .name = "exchange-msgtrk",
    .log_type = "Message Tracking Log",
    .time = "date-time",
    .layouts = {UP_TO_MESSAGE_ID ",network-message-id" UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA
                                 ",transport-traffic-type,log-id,schema-version", /* 2016 on */
                UP_TO_MESSAGE_ID
                ",network-message-id" UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA, /*2013*/
                UP_TO_MESSAGE_ID UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA,      /* 2010 SP1 */
                UP_TO_MESSAGE_ID UP_TO_MESSAGE_INFO,                        /* 2007, 2010 */
                NULL},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
    .looks = looks,
    .file_prefix = "MSGTRK",
};

static int probe(tc_slice head, tc_slice name)
{
    return tc_delimited_probe(&format, head, name);
}

static void begin(tc_carry *carry, const tc_parse_options *options)
{
    tc_delimited_begin(&format, carry, options);
}

static TC_STATUS frame(tc_carry *carry, const tc_parse_options *options, tc_slice bytes, bool last,
                       tc_frame *ret)
{
    return tc_delimited_frame(&format, carry, options, bytes, last, ret);
}

static TC_STATUS parse(const tc_carry *carry, const tc_parse_options *options, tc_slice block,
                       tc_arena *arena, tc_ledger *ledger, const tc_sink *sink)
{
    (void)options;
    return tc_delimited_parse(&format, carry, block, arena, ledger, sink);
}

static bool sample_time(const tc_carry *carry, const tc_parse_options *options, tc_slice bytes,
                        tc_time *ret)
{
    (void)carry;
    (void)options;
    return tc_delimited_sample_time(bytes, ret);
}

const tc_parser tc_parser_msgtrk = {
    .name = "exchange-msgtrk",
    .summary = "Exchange message tracking log",
    .spec = "Microsoft Learn: Message tracking, fields in the message tracking log files",
    .unit_of_loss = "one record",
    .gives = "system messages and their language, mail sent from webmail",
    .ordered = true,
    .lateness_ns = 5 * TC_MINUTE,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
};
