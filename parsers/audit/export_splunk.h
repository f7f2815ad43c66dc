/*
 * export_splunk: events about accounts in tables of Splunk, which names fields by the labels of the
 * message.
 *
 * Two parts of such a message have the same labels: who acts, and whose account it is. Both values
 * then stand in one cell, one below the other (Account_Name, Account_Domain, Security_ID). Where
 * there are none, what the Common Information Model says counts: src_user acts upon user.
 */
#ifndef TC_AUDIT_EXPORT_SPLUNK_H
#define TC_AUDIT_EXPORT_SPLUNK_H

#include "parsers/audit/export_record.h"

/* Sets who acts and whose account it is, as far as nothing has set them. */
void tc_export_read_splunk(tc_row *row, const tc_export_record *record);

#endif
