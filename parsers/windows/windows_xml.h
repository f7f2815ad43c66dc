/*
 * windows_xml: Windows events as XML, the form in which Windows itself renders them.
 *
 * As wevtutil, Event Viewer, PowerShell, NXLog and converters of EVTX write it
 * (windows_xml_frame.h): System, EventData, UserData and the Message of RenderingInfo. Names may
 * have prefixes, attributes any order and either quotes. Values stay as they are written, padding
 * blanks included.
 */
#ifndef TC_WINDOWS_XML_H
#define TC_WINDOWS_XML_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_windows_xml;

#endif
