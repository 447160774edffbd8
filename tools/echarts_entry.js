// What of ECharts the product uses: tools/vendor.py makes one module of it. A kind of chart that is missing here
// is a few kilobytes more for everybody: heat matrices are tables, gauges are micro pictures.
import { init, registerLocale, use } from "echarts/core";
import { BarChart, GraphChart, LineChart, RadarChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  RadarComponent,
  TooltipComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import zh from "echarts/i18n/langZH-obj.js";

use([BarChart, GraphChart, LineChart, RadarChart, SankeyChart, ScatterChart]);
use([AriaComponent, DataZoomInsideComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent]);
use([RadarComponent, TooltipComponent, LabelLayout, SVGRenderer]);
registerLocale("ZH", zh);

export { init };
