/*
 * windows_adfs: logons at Active Directory Federation Services, which say in positional values or
 * in XML inside one of them whom they let in or refused, and for which address.
 *
 * Events 411 and 516 are read by the shapes of their values, 1200 to 1203 and 1210 by the elements
 * of their audit record. Of several addresses, which AD FS gives in the order of the hops
 * (x-ms-forwarded-client-ip), the first is the client's. Gives TargetUserName, IpAddress,
 * cs(User-Agent), Status (the kind of failure) and RelyingParty.
 */
#ifndef TC_WINDOWS_ADFS_H
#define TC_WINDOWS_ADFS_H

#include "parsers/event/names.h"
#include "parsers/event/schema.h"
#include "parsers/open/row.h"

/* Sets these fields of the event in the row by the values in its Data, or by an audit record in its
 * message. */
void tc_windows_read_adfs(tc_row *row, const tc_schema *schema, const tc_names *names);

#endif
