"""Where things are: real cities with their provinces, districts, dialling and division codes."""

import math
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class City:
    """A city; `weight` is how much is sent there, in parts of nothing particular."""

    name: str
    province: str
    prefix: str  # of customers' codes
    longitude: float
    latitude: float
    dialling: str
    division: str
    weight: float
    districts: tuple[str, ...]


def _cities() -> dict[str, City]:
    cities = {}
    for line in _TABLE.strip().splitlines():
        name, province, prefix, longitude, latitude, dialling, division, weight, districts = (
            line.split()
        )
        cities[name] = City(
            name,
            province,
            prefix,
            float(longitude),
            float(latitude),
            dialling,
            division,
            float(weight),
            tuple(districts.split("/")),
        )
    return cities


@cache
def kilometres(start: City, end: City) -> float:
    """About how far it is by road."""
    east = (end.longitude - start.longitude) * 111 * math.cos(math.radians(start.latitude))
    return 1.25 * math.hypot(east, (end.latitude - start.latitude) * 111)


_TABLE = """
上海 上海市 SH 121.47 31.23 021 310112 12 闵行区/松江区/青浦区/嘉定区/浦东新区/宝山区
杭州 浙江省 HZ 120.15 30.28 0571 330109 7 萧山区/余杭区/滨江区/临平区
宁波 浙江省 NB 121.55 29.87 0574 330206 4 北仑区/鄞州区/镇海区
温州 浙江省 WZ 120.70 28.00 0577 330304 2 瓯海区/龙湾区/鹿城区
金华 浙江省 JH 119.65 29.08 0579 330782 4 义乌市/婺城区/东阳市
苏州 江苏省 SU 120.58 31.30 0512 320571 6 工业园区/吴中区/昆山市/相城区
南京 江苏省 NJ 118.80 32.06 025 320115 4 江宁区/栖霞区/浦口区
无锡 江苏省 WX 120.31 31.49 0510 320214 3 新吴区/锡山区/江阴市
徐州 江苏省 XZ 117.28 34.20 0516 320312 1.5 铜山区/云龙区
合肥 安徽省 HF 117.23 31.82 0551 340111 3 经开区/包河区/肥西县
南昌 江西省 NC 115.86 28.68 0791 360111 1.5 青山湖区/南昌县
福州 福建省 FZ 119.30 26.08 0591 350104 2 仓山区/闽侯县
厦门 福建省 XM 118.09 24.48 0592 350206 2.5 湖里区/集美区/同安区
泉州 福建省 QZ 118.68 24.87 0595 350582 2.5 晋江市/石狮市/丰泽区
广州 广东省 GZ 113.26 23.13 020 440111 9 白云区/黄埔区/番禺区/花都区
深圳 广东省 SZ 114.06 22.54 0755 440306 9 宝安区/龙岗区/南山区/龙华区
东莞 广东省 DG 113.75 23.02 0769 441900 4 虎门镇/长安镇/松山湖
佛山 广东省 FS 113.12 23.02 0757 440605 3 南海区/顺德区
中山 广东省 ZS 113.39 22.52 0760 442000 2 小榄镇/火炬区
南宁 广西壮族自治区 NN 108.37 22.82 0771 450108 1.5 良庆区/江南区
海口 海南省 HK 110.33 20.03 0898 460106 0.8 龙华区/美兰区
北京 北京市 BJ 116.41 39.90 010 110113 8 顺义区/大兴区/通州区/朝阳区
天津 天津市 TJ 117.20 39.13 022 120110 3 东丽区/西青区/滨海新区
石家庄 河北省 SJ 114.51 38.04 0311 130109 2 藁城区/正定县
保定 河北省 BD 115.46 38.87 0312 130606 1 莲池区/高碑店市
太原 山西省 TY 112.55 37.87 0351 140105 1.2 小店区/尖草坪区
济南 山东省 JN 117.12 36.65 0531 370112 2.5 历城区/章丘区
青岛 山东省 QD 120.38 36.07 0532 370214 3 城阳区/黄岛区/即墨区
临沂 山东省 LY 118.36 35.10 0539 371302 2 兰山区/罗庄区
烟台 山东省 YT 121.45 37.46 0535 370611 1.3 福山区/莱山区
沈阳 辽宁省 SY 123.43 41.80 024 210106 2 铁西区/于洪区
大连 辽宁省 DL 121.61 38.91 0411 210213 1.5 金州区/甘井子区
长春 吉林省 CC 125.32 43.82 0431 220104 1.2 朝阳区/绿园区
哈尔滨 黑龙江省 HB 126.64 45.76 0451 230109 1.3 松北区/香坊区
武汉 湖北省 WH 114.31 30.59 027 420112 5 东西湖区/江夏区/黄陂区
襄阳 湖北省 XY 112.12 32.01 0710 420607 0.8 襄州区/樊城区
长沙 湖南省 CS 112.94 28.23 0731 430111 3 雨花区/长沙县/望城区
郑州 河南省 ZZ 113.63 34.75 0371 410122 4 中牟县/管城区/新郑市
洛阳 河南省 LL 112.45 34.62 0379 410311 1 洛龙区/涧西区
成都 四川省 CD 104.07 30.57 028 510116 5 双流区/青白江区/龙泉驿区
绵阳 四川省 MY 104.68 31.47 0816 510703 0.8 涪城区/游仙区
重庆 重庆市 CQ 106.55 29.56 023 500112 4 渝北区/巴南区/沙坪坝区
贵阳 贵州省 GY 106.63 26.65 0851 520113 1.2 白云区/花溪区
昆明 云南省 KM 102.83 24.88 0871 530114 1.8 呈贡区/官渡区
西安 陕西省 XA 108.94 34.34 029 610111 3 灞桥区/未央区/长安区
兰州 甘肃省 LZ 103.83 36.06 0931 620104 0.8 西固区/榆中县
银川 宁夏回族自治区 YN 106.23 38.49 0951 640122 0.5 贺兰县/金凤区
乌鲁木齐 新疆维吾尔自治区 WL 87.62 43.83 0991 650104 0.7 新市区/米东区
"""
CITIES = _cities()
