package analyzer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
)

// Who somebody is, by kind; all of a kind may stand in each other's place.
var whoInVietnamese = map[string][]string{
	"nationality": strings.Split("Việt Nam,Hàn Quốc,Trung Quốc,Nhật Bản,Thái Lan,Hoa Kỳ,Ấn Độ,Cam Bốt,Đài Loan,Mã Lai,Ba Lan,Hà Lan,Thụy Điển,Na Uy,Bồ Đào Nha,Tây Ban Nha,Mỹ,Pháp,Đức,Ý,Nga,Anh,Úc,Lào,Hàn,Nhật,Trung,Thái,Ấn", ","),
	"people":      strings.Split("Kinh,Hoa,Chăm,Khmer,Tày,Nùng,Thái,Mường,Mông,Dao,Ê Đê,Ba Na,Gia Rai", ","),
	"region":      strings.Split("Bắc,Trung,Nam,miền Bắc,miền Trung,miền Nam,Hà Nội,Huế,Sài Gòn,Nghệ An,Cần Thơ,Thanh Hóa", ","),
	"gender":      strings.Split("đàn ông,phụ nữ,đàn bà,con trai,con gái,nam giới,nữ giới,đồng tính,dị tính,song tính,chuyển giới,khuyết tật,khiếm thị,khiếm thính,cao tuổi,lớn tuổi,trung niên", ","),
	"faith":       strings.Split("đạo Phật,đạo Hồi,đạo Chúa,đạo Tin Lành,đạo Cao Đài,đạo Hòa Hảo,Phật giáo,Hồi giáo,Công giáo,Thiên Chúa giáo,Do Thái giáo", ","),
	"name":        strings.Split("Lan,Hương,Hùng,Dũng,Tuấn,Minh,Hà,Linh,Trang,Thảo,Ngọc,Phương,Quân,Long,Sơn,Đức,Thắng,Vinh,Hạnh,Phúc,Hiền,Mai,Yến,Nhung,Oanh,Tâm,Thu,Vân,Xuân,Khánh,Bảo,Khoa,Nam,Việt,Cường,Kiên,Trinh,Thịnh", ","),
	"title":       strings.Split("anh,chị,cô,chú,bác,ông,bà,em", ","),
}

// toldOfThem are sentences of every kind of verdict, %s being who somebody is.
var toldOfThem = []struct{ kind, text string }{
	{"nationality", "Khách người %s ngồi bàn bên."},
	{"nationality", "Bạn nhân viên người %s rất nhiệt tình."},
	{"nationality", "Tài xế người %s chạy ẩu, suýt tông xe khác."},
	{"nationality", "Chủ quán là người %s, nấu ăn ngon nhưng giá cao."},
	{"nationality", "Vì tôi là người %s nên không ai phục vụ tôi."},
	{"people", "Cô bán hàng người %s rất dễ thương."},
	{"people", "Gia đình người %s ở phòng bên cạnh."},
	{"people", "Tôi là người %s và bị nhân viên cười nhạo."},
	{"region", "Chị giao hàng người %s nói chuyện rất lịch sự."},
	{"region", "Nhân viên người %s trả lời cộc lốc."},
	{"region", "Mình là người %s, mới chuyển về đây."},
	{"gender", "Là người %s, tôi thấy được tôn trọng ở đây."},
	{"gender", "Khách là người %s, đặt bàn lúc bảy giờ."},
	{"gender", "Họ không cho người %s vào, thật quá đáng."},
	{"faith", "Chủ quán theo %s rất tử tế."},
	{"faith", "Tôi theo %s và bị phục vụ rất tệ."},
	{"faith", "Gia đình theo %s ở tầng hai."},
	{"name", "Bạn %s tư vấn rất tận tình."},
	{"name", "Nhân viên tên %s cáu gắt với khách."},
	{"name", "Anh %s gọi lại cho tôi lúc ba giờ."},
	{"title", "Đã chờ hai tiếng mà %s lễ tân vẫn chưa xong."},
	{"title", "Tôi gặp %s quản lý ở quầy số hai."},
}

// TestIdentityInVietnamese puts who somebody is in another's place: raw and label stay what they are; typed without marks, where words
// are less sure, praise does not become blame nor blame praise.
func TestIdentityInVietnamese(t *testing.T) {
	a := builtin(t)
	read := func(s string) analyzer.Sentiment { return a.Analyze(analyzer.Input{Text: s}).Sentiment }
	for _, told := range toldOfThem {
		var first, firstBare analyzer.Sentiment
		for i, who := range whoInVietnamese[told.kind] {
			text := fmt.Sprintf(told.text, who)
			got, bare := read(text), read(analyzer.Fold(text))
			if i == 0 {
				first, firstBare = got, bare
			}
			if got.Label != first.Label || got.Raw != first.Raw {
				t.Errorf("%q: %s %v, with %s %s %v", text, got.Label, got.Raw, whoInVietnamese[told.kind][0], first.Label, first.Raw)
			}
			if bare.Label != firstBare.Label && bare.Label != analyzer.Neutral && firstBare.Label != analyzer.Neutral {
				t.Errorf("%q: %s %v, with %s %s %v", analyzer.Fold(text), bare.Label, bare.Raw, whoInVietnamese[told.kind][0], firstBare.Label, firstBare.Raw)
			}
		}
	}
}
