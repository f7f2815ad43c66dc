tc_unit_test(parsers/export_dates LINKS tc_test_support)
tc_unit_test(parsers/windows_labels LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/windows_json LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/windows_json_values LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/windows_json_frame LINKS tc_test_support)
tc_unit_test(parsers/windows_xml LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/windows_xml_frame LINKS tc_test_support)
tc_unit_test(parsers/json_lines LINKS tc_test_support SOURCES event_run.c)
tc_unit_test(parsers/evtx_plan LINKS tc_test_support
    DEFINES TC_EVTX_CORPUS="${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/evtx")
tc_unit_test(parsers/evtx LINKS tc_test_support SOURCES event_run.c
    DEFINES TC_EVTX_CORPUS="${PROJECT_SOURCE_DIR}/tests/conformance/corpus/evtx")
