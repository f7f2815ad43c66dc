#include "parsers/windows/windows_data_text.h"

static tc_slice name_of(tc_slice attributes, tc_arena *arena)
{
    tc_slice name;
    tc_cell value;
    while (tc_xml_attribute(&attributes, &name, &value))
        if (tc_slice_equal(name, TC_LIT("Name"))) return tc_cell_value(value, arena).text;
    return TC_EMPTY_SLICE;
}

void tc_windows_read_data_text(tc_slice text, tc_arena *arena, tc_windows_value_fn *take,
                               void *context)
{
    tc_xml r;
    tc_xml_token tag;
    tc_xml_init(&r, text);
    while (tc_xml_next_tag(&r, &tag) && tag.type != TC_XML_END) {
        bool value =
            tc_slice_equal(tag.name, TC_LIT("Data")) || tc_slice_equal(tag.name, TC_LIT("Param"));
        if (tag.type != TC_XML_OPEN || !value) continue;
        tc_slice attributes = tag.attributes;
        tc_cell cell = tc_cell_text(TC_LIT(""));
        if (tag.empty || tc_xml_leaf(&r, &cell, &tag))
            take(context, name_of(attributes, arena), cell);
    }
}
