package main

import (
	"strings"
)

// identity words say who somebody is, by language; they never get a weight.
var identity = map[string]map[string]bool{
	"en": setOf(`
		man men woman women boy boys girl girls male female guy guys lady ladies gay lesbian bisexual transgender trans queer straight
		black white asian african american latino hispanic jewish jew jews muslim muslims christian christians catholic hindu buddhist atheist islam islamic
		chinese indian mexican japanese korean vietnamese french german italian english british irish spanish russian arab turkish polish canadian australian
		thai indonesian filipino malaysian singaporean taiwanese cambodian laotian burmese pakistani bangladeshi nepali iranian iraqi israeli palestinian
		syrian lebanese turk kurdish ukrainian romanian hungarian greek swedish norwegian danish dutch swiss portuguese brazilian colombian peruvian cuban
		haitian jamaican nigerian ghanaian kenyan ethiopian somali egyptian moroccan tunisian afghan latina brown
		hindus sikh sikhs mormon protestant orthodox baptist atheists catholics homosexual heterosexual asexual nonbinary lesbians
		husband wife partner mother father mom mum dad son daughter brother sister grandma grandpa grandmother grandfather gentleman gentlemen
		actor actress waitress steward stewardess pregnant autistic
		disabled deaf blind old young elderly teen teenager immigrant immigrants refugee refugees trump obama he she him her his hers`),
	"vi": setOf(`
		nam nữ ông bà anh chị em cô chú bác thầy trai gái tây tàu mỹ nhật hàn trung quốc bắc việt
		vợ chồng mẹ bố má cha cậu dì bé trẻ già gay les bi trans thái lào pháp đức nga úc ấn hàn nhật phật chúa đạo khuyết khiếm`),
}

// whoPhrases says in several Vietnamese words who somebody is. Each is one word that weighs nothing, nor do its syllables in it.
var whoPhrases = func() []string {
	phrases := strings.Fields(`
		đồng_tính dị_tính song_tính lưỡng_tính vô_tính chuyển_giới phi_nhị_giới
		khiếm_thị khiếm_thính khuyết_tật câm_điếc tự_kỷ xe_lăn cao_tuổi lớn_tuổi trung_niên cao_niên
		phụ_nữ đàn_ông đàn_bà con_trai con_gái bé_trai bé_gái nam_giới nữ_giới
		phật_giáo hồi_giáo công_giáo thiên_chúa_giáo thiên_chúa do_thái ấn_độ_giáo tin_lành cao_đài hòa_hảo hindu_giáo cơ_đốc chính_thống_giáo vô_thần
		đạo_phật đạo_hồi đạo_chúa đạo_tin đạo_tin_lành đạo_hindu đạo_do_thái đạo_cao_đài phật_tử giáo_dân tín_đồ con_chiên
		nhà_thờ thánh_thất thánh_đường chùa_chiền tu_viện linh_mục mục_sư tu_sĩ
		việt_nam hàn_quốc trung_quốc nhật_bản thái_lan hoa_kỳ ấn_độ cam_bốt cam_pu_chia cam_bu_chia mã_lai hồng_kông đài_loan triều_tiên ba_tư
		in_đô_nê_xi_a ma_lai_xi_a xin_ga_po phi_líp_pin mi_an_ma ba_lan hà_lan thụy_sĩ thụy_điển na_uy phần_lan bồ_đào_nha tây_ban_nha ả_rập châu_phi châu_á châu_âu`)
	for who := range strings.FieldsSeq(`anh mỹ pháp đức ý nga úc nhật hàn trung việt thái lào ấn hoa kinh chăm khmer khơ_me mông hmông h_mông mường tày nùng dao
		ê_đê ba_na gia_rai hàn_quốc trung_quốc nhật_bản thái_lan việt_nam ấn_độ cam_bốt da_đen da_trắng bắc nam già trẻ lớn_tuổi cao_tuổi khuyết_tật`) {
		phrases = append(phrases, "người_"+who)
	}
	for i, p := range phrases {
		phrases[i] = strings.ReplaceAll(p, "_", " ")
	}
	return phrases
}()

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
